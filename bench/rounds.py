"""Runs rows in rounds, the targets taking turns inside each: A B A B …

A row that fails is reported with its message and the others go on; so is a row whose tools are not
installed, which is no failure. Rows on running brokers have a few rounds more that are thrown away:
what is measured is a reference whose compiler has done its work (its first rounds have a third of
the later figures).
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .client import BenchError, SkippedError
from .figures import Row, Samples, Scale
from .fresh_rows import FRESH
from .steady import STEADY
from .target import OURS, Broker, Target

WARM_UP_ROUNDS = 3
# One waits for timers, not for a processor; one round of the others is a million records, or some
# seconds of warm-up.
WARM_AFTER_ONE = ("group_join", "second_member", "java_perf", "java_transactions")


@dataclass(slots=True)
class Outcome:
    """What came out of one row: samples by target name, or why not (`skipped`: for no target)."""

    row: Row
    rounds: int
    samples: dict[str, Samples] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    skipped: str = ""

    def add(self, target: str, figures: dict[str, float]) -> None:
        series = self.samples.setdefault(target, {})
        for key, number in figures.items():
            series.setdefault(key, []).append(number)


def run_rows(
    rows: Sequence[Row], targets: Sequence[Target], scale: Scale, rounds: int, directory: Path
) -> list[Outcome]:
    """Measure the rows in their order, those on running brokers first."""
    outcomes = []
    shared = [row for row in rows if not row.fresh]
    if shared:
        brokers: dict[str, Broker] = {}
        try:
            for target in targets:
                home = directory / target.name
                if target.can_start:
                    target.prepare(home)
                brokers[target.name] = target.start(home)
            for row in shared:
                outcomes.append(_steady_row(row, brokers, scale, rounds, directory))
        finally:
            for target in targets:
                target.stop()
    for row in rows:
        if row.fresh:
            startable = [
                target
                for target in targets
                if target.can_start and (target.name == OURS or not row.ours_only)
            ]
            outcomes.append(_fresh_row(row, startable, scale, rounds, directory))
    return outcomes


def _steady_row(
    row: Row, brokers: dict[str, Broker], scale: Scale, rounds: int, directory: Path
) -> Outcome:
    outcome = Outcome(row, rounds=min(rounds, row.most_rounds))
    began = time.monotonic()
    warm_up = WARM_UP_ROUNDS if len(brokers) > 1 and row.name not in WARM_AFTER_ONE else 1
    for number in range(-warm_up, outcome.rounds):
        for name, broker in brokers.items():
            if name in outcome.failures or outcome.skipped:
                continue
            try:
                figures = STEADY[row.name](broker, scale, directory)
            except SkippedError as reason:
                outcome.skipped = str(reason)
            except (BenchError, OSError) as error:
                outcome.failures[name] = str(error)
            else:
                if number >= 0:
                    outcome.add(name, figures)
    _say_done(outcome, began)
    return outcome


def _fresh_row(
    row: Row, targets: Sequence[Target], scale: Scale, rounds: int, directory: Path
) -> Outcome:
    outcome = Outcome(row, rounds=min(rounds, row.most_rounds))
    began = time.monotonic()
    for number in range(outcome.rounds):
        for target in targets:
            if target.name in outcome.failures:
                continue
            home = directory / f"{target.name}-{row.name}-{number}"
            try:
                outcome.add(target.name, FRESH[row.name](target, scale, home))
            except (BenchError, OSError) as error:
                outcome.failures[target.name] = str(error)
            finally:
                target.stop()
                shutil.rmtree(home, ignore_errors=True)
    _say_done(outcome, began)
    return outcome


def _say_done(outcome: Outcome, began: float) -> None:
    if outcome.skipped:
        print(f"{outcome.row.name}: skipped: {outcome.skipped}", file=sys.stderr)
        return
    seconds = time.monotonic() - began
    print(f"{outcome.row.name}: {outcome.rounds} rounds in {seconds:.0f} s", file=sys.stderr)
    for name, message in outcome.failures.items():
        print(f"{outcome.row.name}: {name} failed: {message}", file=sys.stderr)
