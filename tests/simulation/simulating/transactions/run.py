"""Loops of transactions under kill -9 of clients and broker, checked by their histories.

Two clients copy numbered records from one topic into two others. At seeded moments the broker or a
client is killed and started again, or a client is paused while another process takes over its
transactional id. Segments of the internal topics are young and are compacted all the time, so
every start reads what compaction left. In the end see checking.py.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from simulating.broker_process import BrokerProcess
from simulating.history import check as check_history
from simulating.transactions.checking import (
    MOST_PROBLEMS,
    Verdict,
    check,
    check_live,
    readings,
)
from simulating.transactions.loops import Loops
from simulating.transactions.traffic import (
    Feeder,
    Reader,
    committed_offsets,
    create_topics,
    read_copies,
    shorten_internal_segments,
)

SETTINGS = (
    "group.initial.rebalance.delay.ms=0",
    "group.min.session.timeout.ms=1000",
    "log.initial.task.delay.ms=0",
    "log.segment.bytes=1048576",
    "log.flush.offset.checkpoint.interval.ms=700",
    "offsets.topic.num.partitions=2",
    "transaction.state.log.num.partitions=2",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000",
    "log.cleaner.backoff.ms=300",
    "log.cleaner.min.cleanable.ratio=0.01",
)
STUCK_S = 60
DRAIN_LIMIT_S = 120
CLEAN_SHARE = 0.2
AIM_LIMIT_S = 2.0
MOST_LIFE_S = 4.0
"""Between two disturbances."""

Say = Callable[[str], None]


@dataclass(slots=True)
class Summary:
    """What a run did and found."""

    verdict: Verdict = field(default_factory=Verdict)
    broker_kills: int = 0
    broker_stops: int = 0
    client_kills: int = 0
    pauses: int = 0
    restarts: int = 0
    compactions: int = 0
    source: int = 0

    @property
    def problems(self) -> list[str]:
        return self.verdict.problems

    def line(self) -> str:
        return (
            f"source={self.source} {self.verdict.line()} broker_kills={self.broker_kills}"
            f" broker_stops={self.broker_stops}"
            f" client_kills={self.client_kills} pauses={self.pauses}"
            f" restarts_in_doubt={self.restarts} compactions={self.compactions}"
            f" problems={len(self.problems)}"
        )


def run(base: Path, *, seed: int, seconds: float, client: str, say: Say) -> Summary:
    """One whole run in the empty directory `base`. Raises Missing without a tool it needs."""
    rng = random.Random(seed)
    summary = Summary()
    broker = BrokerProcess(base / "data", *SETTINGS)
    problems: list[str] = []
    with ExitStack() as stack:
        broker.start()
        stack.callback(broker.stop)
        create_topics(broker.address)
        loops = Loops(client, broker.address, base, count=2)
        stack.callback(loops.end)
        shorten_internal_segments(broker.address)
        feeder, reader = Feeder(broker.address), Reader(broker.address)
        stack.callback(reader.stop)
        end = time.monotonic() + seconds
        while time.monotonic() < end and not problems:
            problems += _wait_for_progress(loops, broker)
            time.sleep(rng.uniform(0.0, MOST_LIFE_S))
            loops.tend()
            _disturb(rng, broker, loops, summary, say)
        feeder.stop()
        problems += _drain(loops, reader, 2 * sum(feeder.counts), broker)
        loops.end()
        reader.stop()
        found = read_copies(broker.address)
        summary.verdict = check(loops.events(), feeder.counts, found)
        check_live(reader.copies, found, summary.verdict)
        history = [*loops.events(), *readings(reader.copies, found)]
        problems += check_history(history)[:MOST_PROBLEMS]
        summary.source = sum(feeder.counts)
        summary.restarts = loops.restarts
        offsets = committed_offsets(broker.address)
        if offsets != feeder.counts:
            problems.append(f"committed offsets {offsets}, ends {feeder.counts}")
        code = broker.stop()
        if code != 0:
            problems.append(f"the broker exited with {code}")
        summary.verdict.problems += problems + loops.problems + _log_problems(broker)
        summary.compactions = broker.log().count("log cleaned")
    return summary


def _disturb(
    rng: random.Random, broker: BrokerProcess, loops: Loops, summary: Summary, say: Say
) -> None:
    kind = rng.random()
    if rng.random() < 0.5:
        loops.wait_for_end(AIM_LIMIT_S)
        time.sleep(rng.choice((0.0, 0.001, 0.003)))
    if kind < 0.4:
        is_clean = rng.random() < CLEAN_SHARE
        if is_clean:
            broker.stop()
        else:
            broker.kill()
        time.sleep(rng.choice((0.0, 0.0, 1.0)))
        broker.start()
        summary.broker_stops += is_clean
        summary.broker_kills += not is_clean
        done = "stopped" if is_clean else "killed"
        say(f"broker {done}, started again in {broker.start_times_s[-1]:.2f} s")
        return
    number = rng.randrange(2)
    if kind < 0.85:
        loops.kill(number)
        summary.client_kills += 1
        say(f"client {number} killed")
    else:
        loops.pause(number)
        time.sleep(rng.uniform(0.0, 5.0))
        loops.go_on()
        summary.pauses += 1
        say(f"client {number} replaced while it was paused")


def _wait_for_progress(loops: Loops, broker: BrokerProcess) -> list[str]:
    """Until a transaction is committed that was not before."""
    before = loops.committed()
    limit = time.monotonic() + STUCK_S
    while loops.committed() == before:
        if time.monotonic() > limit:
            return [
                f"nothing was committed for {STUCK_S} s; clients: {loops.said()};"
                f" broker: {broker.log()[-3000:]}"
            ]
        time.sleep(0.1)
        loops.tend()
    return []


def _drain(loops: Loops, reader: Reader, wanted: int, broker: BrokerProcess) -> list[str]:
    """Until everything is copied."""
    limit = time.monotonic() + DRAIN_LIMIT_S
    while reader.size < wanted:
        if time.monotonic() > limit:
            return [
                f"only {reader.size} of {wanted} records were copied in the end; clients:"
                f" {loops.said()}; broker: {broker.log()[-3000:]}"
            ]
        time.sleep(0.1)
        loops.tend()
    return []


def _log_problems(broker: BrokerProcess) -> list[str]:
    log = broker.log()
    return [
        f"in the broker's log: {log[log.index(word) : log.index(word) + 1500]}"
        for word in ("Traceback", "ERROR")
        if word in log
    ]
