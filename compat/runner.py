"""Runs scenarios against a target and judges what came back.

Shared-broker scenarios run beside each other in threads: they mostly wait, and each has its own
connections. Those that must be alone follow one by one; those with a broker of their own get one.

Invariant: a scenario ends by its deadline, since every wait inside of it is bounded by it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field

from .scenario import Scenario
from .targets import Target, TargetError
from .wire import NoAnswerError, Wire
from .wire.broker import SCENARIO_LIMIT_S
from .wire.step import Step

WORKERS = 6
OWN_BROKERS = 2  # at once; the real one takes a gigabyte and, while it starts, a core
OpenTarget = Callable[[dict[str, str]], Target]
_LOADING = (14, 15, 16)  # coordinator loading, not available, not the coordinator


@dataclass(frozen=True, slots=True)
class Conversation:
    """What happened in one scenario; `error` is why it could not go on, empty if it could."""

    scenario: Scenario
    steps: list[Step] = field(default_factory=list)
    error: str = ""
    skipped: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: `say` is shown everything of each scenario, `done` every finished one."""

    workers: int = WORKERS
    limit: float = SCENARIO_LIMIT_S
    say: Callable[[str], None] = lambda text: None
    done: Callable[[Conversation], None] = lambda conversation: None


def run_all(
    scenarios: Sequence[Scenario], open_target: OpenTarget, options: Options
) -> list[Conversation]:
    """Run scenarios, in the order given in the result. Raises TargetError when the broker that
    they share does not start."""
    run = secrets.token_hex(3)
    found: dict[str, Conversation] = {}
    shared = [scenario for scenario in scenarios if not scenario.own_broker]

    def keep(conversation: Conversation) -> None:
        found[conversation.scenario.full_name] = conversation
        options.done(conversation)

    if shared:
        with open_target({}) as target:
            warm_up(target, run)
            together = [scenario for scenario in shared if not scenario.alone]
            _together(
                options.workers,
                together,
                lambda scenario: converse(scenario, target, run, options),
                keep,
            )
            for scenario in shared:
                if scenario.alone:
                    keep(converse(scenario, target, run, options))
    _together(
        min(options.workers, OWN_BROKERS),
        [scenario for scenario in scenarios if scenario.own_broker],
        lambda scenario: _with_own_broker(scenario, open_target, run, options),
        keep,
    )
    return [found[scenario.full_name] for scenario in scenarios]


def converse(scenario: Scenario, target: Target, run: str, options: Options) -> Conversation:
    """Run one scenario. Whatever goes wrong in it ends up in the conversation: a broker under
    test may answer anything, and a scenario may then index into what is not there."""
    began = time.monotonic()
    broker = None
    error = ""
    options.say(f"== {scenario.full_name}: {scenario.expectation}")
    try:
        broker = Wire(
            target,
            f"{scenario.area}-{scenario.name}",
            run,
            limit=options.limit,
            say=options.say,
            may_restart=scenario.own_broker,
        )
        scenario.load()(broker)
    except NoAnswerError as reason:
        error = str(reason)
    except Exception as reason:  # see above: any error is a result here
        error = f"{type(reason).__name__}: {reason}"
    finally:
        if broker is not None:
            broker.close()
    seconds = time.monotonic() - began
    return Conversation(scenario, broker.steps if broker else [], error, "", seconds)


def _together(
    workers: int,
    scenarios: Sequence[Scenario],
    run: Callable[[Scenario], Conversation],
    keep: Callable[[Conversation], None],
) -> None:
    with ThreadPoolExecutor(workers) as pool:
        try:
            for job in as_completed([pool.submit(run, scenario) for scenario in scenarios]):
                keep(job.result())
        except BaseException:  # Ctrl-C: those that have not begun need not
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def warm_up(target: Target, run: str) -> None:
    """Have the broker make its internal topics, so that no scenario meets a loading coordinator.

    What a broker does not know it need not warm up; errors are left to the scenarios."""
    broker = Wire(target, "warm_up", run, limit=15.0)
    with suppress(NoAnswerError, TimeoutError, KeyError, IndexError):
        for kind in (0, 1):
            broker.until(
                lambda answer: answer["coordinators"][0]["error_code"] not in _LOADING,
                "FindCoordinator",
                4,
                key_type=kind,
                coordinator_keys=["warm"],
            )
        broker.until(
            lambda answer: answer["groups"][0]["error_code"] not in _LOADING,
            "OffsetFetch",
            8,
            groups=[{"group_id": "warm"}],
        )
        broker.until(
            lambda answer: answer["error_code"] not in _LOADING,
            "InitProducerId",
            4,
            transactional_id=broker.name("warm"),
            transaction_timeout_ms=60_000,
            producer_id=-1,
            producer_epoch=-1,
        )
    broker.close()


def _with_own_broker(
    scenario: Scenario, open_target: OpenTarget, run: str, options: Options
) -> Conversation:
    try:
        with open_target(scenario.settings) as target:
            if not target.private:
                return Conversation(scenario, skipped="needs a broker of its own")
            warm_up(target, run)
            return converse(scenario, target, run, options)
    except TargetError as reason:
        return Conversation(scenario, error=str(reason))
