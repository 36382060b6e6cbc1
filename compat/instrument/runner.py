"""Runs the checks for each client and prints what was seen; 1 when one of them failed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from wirekafka.testing import Broker, BrokerError
from wirekafka.testing.control import ControlRefused

from ..console import Console
from .check import Check, find_checks
from .remote import ALL_REMOTES, REMOTES, Remote, RemoteError, RemoteMissing
from .stage import CheckFailed, Stage

USUAL_LOOPS = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check went with a client: `result` is pass, fail or skip."""

    check: Check
    client: str
    result: str
    seconds: float
    detail: str
    seen: tuple[str, ...] = ()


def show_list(console: Console, patterns: Sequence[str]) -> int:
    """Print the checks and what each expects."""
    for one in find_checks(list(patterns)):
        console.line(f"{one.subject}.{one.name}\t{one.expectation}")
    return 0


def run(
    console: Console, patterns: Sequence[str], clients: Sequence[str], loops: int = USUAL_LOOPS
) -> int:
    """Run the checks that are named (all, when none is) with the clients that are named."""
    chosen = find_checks(list(patterns))
    unknown = [name for name in clients if name not in ALL_REMOTES]
    if unknown or not chosen:
        known = ", ".join(ALL_REMOTES)
        console.trouble(f"no client {', '.join(unknown)} ({known})" if unknown else "no such check")
        return 2
    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        usual = ALL_REMOTES if any(one.python for one in chosen) else REMOTES
        remotes = _start(console, list(clients) or list(usual), stack)
        for one in chosen:
            asked = [name for name in remotes if one.python or clients or name in REMOTES]
            for name in asked[:1] if one.once else asked:
                console.progress(f"{one.subject}.{one.name} {name}")
                outcome = play(one, remotes, name, loops)
                outcomes.append(outcome)
                _print(console, outcome)
    counts = {kind: sum(o.result == kind for o in outcomes) for kind in ("pass", "fail", "skip")}
    console.line(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    return 1 if counts["fail"] or not counts["pass"] else 0


def play(one: Check, remotes: dict[str, Remote], name: str, loops: int) -> Outcome:
    """One check with one client, and a broker of its own."""
    lacking = [feature for feature in one.needs if remotes[name].lacks(feature)]
    if lacking:
        return Outcome(one, name, "skip", 0.0, f"the library has no {', '.join(lacking)}")
    began = time.monotonic()
    result, detail = "pass", ""
    seen: tuple[str, ...] = ()
    try:
        with Broker(dict(one.configs)) as kafka:
            stage = Stage(kafka, remotes, name, loops)
            try:
                one.play(stage)
            finally:
                seen = tuple(stage.seen)
                for remote in remotes.values():
                    remote.close_clients()
                stage.control.close()
            log = kafka.log
        if "Traceback" in log:
            raise CheckFailed(f"the broker's log: {log[log.index('Traceback') :][:600]}")
    except (CheckFailed, RemoteError, ControlRefused, BrokerError, TimeoutError) as error:
        result, detail = "fail", f"{type(error).__name__}: {error}"
    return Outcome(one, name, result, time.monotonic() - began, detail, seen)


def _start(console: Console, names: list[str], stack: ExitStack) -> dict[str, Remote]:
    started: dict[str, Remote] = {}
    for name in names:
        console.progress(f"{name}: building")
        try:
            started[name] = stack.enter_context(Remote(name))
        except RemoteMissing as missing:
            console.line(f"{name}: skipped: {missing}")
    return started


def _print(console: Console, outcome: Outcome) -> None:
    name = f"{outcome.check.subject}.{outcome.check.name}"
    seconds = f"{outcome.seconds:5.1f} s"
    console.line(f"{outcome.result}  {outcome.client:<12} {seconds}  {name}")
    for text in (*outcome.seen, *filter(None, [outcome.detail])):
        console.line(f"      {text}")
