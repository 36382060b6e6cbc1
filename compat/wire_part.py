"""The wire scenarios as commands: run and judge, record, diff two targets, list."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import recordings, results
from .console import Console, Progress
from .runner import Conversation, OpenTarget, Options, run_all
from .scenario import Scenario
from .targets import Target, make_target
from .verdict import Result, Verdict, judge
from .wire.step import Step, compare

SLOW_S = 5.0
RECORDED = "recorded"
"""Stands for a target in `diff`: the recorded answers of the real broker."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run: everything visible, texts of error messages compared, several at once."""

    verbose: bool = False
    texts: bool = False
    workers: int = 0


def run(
    console: Console, scenarios: Sequence[Scenario], target: str, settings: Settings
) -> list[Verdict]:
    """Run and judge scenarios, print what is bad and the sums. Raises TargetError."""
    began = time.monotonic()
    verdicts = [
        judge(
            conversation,
            recordings.read(recordings.REFERENCE, conversation.scenario),
            ours=recordings.read(recordings.OURS, conversation.scenario),
            is_wirekafka=target == "wirekafka",
            texts=settings.texts,
        )
        for conversation in _converse(console, scenarios, target, settings)
    ]
    for verdict in verdicts:
        _print_verdict(console, verdict, settings)
    console.line(summary(target, verdicts, time.monotonic() - began))
    return verdicts


def summary(target: str, verdicts: Sequence[Verdict], seconds: float) -> str:
    """One line with the number of each result."""
    counts = {result: sum(one.result is result for one in verdicts) for result in Result}
    parts = [f"{count} {result.value}" for result, count in counts.items() if count]
    return f"{target}: {len(verdicts)} wire scenarios in {seconds:.0f} s: {', '.join(parts)}"


def store(target: str, verdicts: Sequence[Verdict]) -> None:
    """Keep the results of a full run."""
    results.write_wire(target, [results.wire_row(verdict) for verdict in verdicts])


def record(
    console: Console, scenarios: Sequence[Scenario], target: str, settings: Settings, *, full: bool
) -> int:
    """Record scenarios; 1 when one of them could not go on. Against wirekafka only those are
    recorded that differ on purpose. A full run removes recordings without a scenario.

    Each is written when it is done: what was recorded before an interrupt stays."""
    folder = recordings.REFERENCE
    if target == "wirekafka":
        folder = recordings.OURS
        scenarios = [scenario for scenario in scenarios if scenario.differs]

    def keep(conversation: Conversation) -> None:
        console.line(f"{conversation.scenario.full_name}: {_keep(folder, conversation)}")

    done = _converse(console, scenarios, target, settings, keep)
    status = 1 if any(one.error or one.skipped for one in done) else 0
    if full:
        for path in recordings.orphans(folder, list(scenarios)):
            path.unlink()
            console.line(f"{path.parent.name}/{path.stem}: removed, it has no scenario")
    return status


def diff(
    console: Console, scenarios: Sequence[Scenario], pair: tuple[str, str], settings: Settings
) -> int:
    """Print where two targets answer differently; 1 when they do."""
    first, second = (_steps(console, scenarios, target, settings) for target in pair)
    count = 0
    for scenario in scenarios:
        found = compare(first[scenario.full_name], second[scenario.full_name], texts=settings.texts)
        if found:
            count += 1
            console.line(f"{scenario.full_name}: {scenario.expectation}")
            for difference in found:
                console.line(f"    {difference}")
    console.line(f"{count} of {len(scenarios)} scenarios differ (expected: {pair[0]})")
    return 1 if count else 0


def show_list(console: Console, scenarios: Sequence[Scenario]) -> None:
    """Print the scenarios by area."""
    area = ""
    for scenario in scenarios:
        if scenario.area != area:
            area = scenario.area
            console.line(area)
        mark = f" [{scenario.feature}]" if scenario.feature else ""
        mark += " [differs on purpose]" if scenario.differs else ""
        console.line(f"  {scenario.name}{mark}\n      {scenario.expectation}")
    console.line(f"{len(scenarios)} scenarios")


def _keep(folder: Path, conversation: Conversation) -> str:
    """Write a recording; what became of it."""
    if conversation.error or conversation.skipped:
        return f"not recorded: {conversation.error or conversation.skipped}"
    changed = recordings.write(folder, conversation.scenario, conversation.steps)
    return "written" if changed else "unchanged"


def _converse(
    console: Console,
    scenarios: Sequence[Scenario],
    target: str,
    settings: Settings,
    each: Callable[[Conversation], None] | None = None,
) -> list[Conversation]:
    """Run scenarios; `each` is given every conversation when it is done."""
    progress = Progress(console, target, len(scenarios))

    def done(conversation: Conversation) -> None:
        if each is not None:
            each(conversation)
        progress.done(conversation.scenario.full_name)

    say: Callable[[str], None] = console.line if settings.verbose else _silent
    # What several scenarios say at once nobody can read.
    options = Options(say=say, done=done)
    if settings.verbose or settings.workers:
        options = Options(say=say, done=done, workers=settings.workers or 1)
    console.progress(f"{target}: starting")
    return run_all(scenarios, _opener(target), options)


def _opener(target: str) -> OpenTarget:
    def open_target(configs: dict[str, str]) -> Target:
        return make_target(target, configs)

    return open_target


def _silent(text: str) -> None:
    pass


def _steps(
    console: Console, scenarios: Sequence[Scenario], target: str, settings: Settings
) -> dict[str, list[Step]]:
    if target == RECORDED:
        return {
            one.full_name: recordings.read(recordings.REFERENCE, one) or [] for one in scenarios
        }
    return {
        conversation.scenario.full_name: conversation.steps
        for conversation in _converse(console, scenarios, target, settings)
    }


def _print_verdict(console: Console, verdict: Verdict, settings: Settings) -> None:
    conversation = verdict.conversation
    scenario = conversation.scenario
    if verdict.bad or settings.verbose:
        console.line(f"{verdict.result.value}: {scenario.full_name}")
        console.line(f"    {scenario.expectation}")
        for line in verdict.detail:
            console.line(f"    {line}")
    if conversation.seconds > SLOW_S and not scenario.own_broker:
        console.line(f"slow: {scenario.full_name} took {conversation.seconds:.1f} s")
