"""kill -9, again and again, under full load; nothing that was acknowledged may be lost.

Producers (see producing.py) and a group of two consumers (consuming.py) run in processes of their
own all the time. Each round the broker is killed at a seeded moment, sometimes while it starts,
its files are damaged if that was asked for, and it starts again on the same port and data. In the
end: every acknowledged record is at its offset, exactly once; each producer's records are in order
without gaps; committed offsets are not below what was acknowledged; garbled tails are in the log.

The seed decides when and what is damaged; what the processes did until then is theirs.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from simulating.broker_process import BrokerProcess, environment
from simulating.damage import damage
from simulating.journal import COMMITTED, CONSUMED, read_journal
from simulating.producing import LANES, parse_key

TOPIC = "simulated"
GROUP = "simulated-group"
PARTITIONS = 6
MEMBERS = 2
SETTINGS = (
    "log.segment.bytes=1048576",  # the least there is: rolls all the time
    "group.initial.rebalance.delay.ms=0",
    "log.initial.task.delay.ms=0",
    "log.flush.offset.checkpoint.interval.ms=700",
    "offsets.topic.num.partitions=4",
)
DRAIN_LIMIT_S = 90
READ_LIMIT_S = 60

Say = Callable[[str], None]


@dataclass(slots=True)
class Summary:
    """What a run did and found."""

    rounds: int = 0
    kills_while_starting: int = 0
    acknowledged: int = 0
    stored: int = 0
    commits: int = 0
    repairs: int = 0
    start_times_s: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def line(self) -> str:
        times = sorted(self.start_times_s)
        return (
            f"rounds={self.rounds} kills_while_starting={self.kills_while_starting}"
            f" acknowledged={self.acknowledged} stored={self.stored} commits={self.commits}"
            f" repairs={self.repairs} start_median_s={times[len(times) // 2]:.2f}"
            f" start_max_s={times[-1]:.2f} problems={len(self.problems)}"
        )


def run(
    base: Path,
    *,
    seed: int,
    rounds: int,
    damaging: bool,
    longest_s: float,
    say: Say,
) -> Summary:
    """One whole run in the empty directory `base`; `longest_s` bounds a round's life."""
    rng = random.Random(seed)
    summary = Summary()
    broker = BrokerProcess(base / "data", *SETTINGS)
    with ExitStack() as stack:
        broker.start()
        stack.callback(broker.stop)
        _prepare(broker.address)
        clients = _Clients(broker.address, base)
        stack.callback(clients.kill)
        for number in range(rounds):
            clients.wait_for_progress()
            time.sleep(rng.uniform(0.0, longest_s))
            broker.kill()
            summary.rounds += 1
            if rng.random() < 0.25:
                summary.kills_while_starting += 1
                broker.spawn()
                time.sleep(rng.uniform(0.05, 0.6))
                broker.kill()
            done = "nothing"
            if damaging:
                clients.wait_until_quiet()
                done = damage(broker.data_dir, TOPIC, clients.known_ends(), rng)
            broker.start()
            say(f"round {number + 1}: start {broker.start_times_s[-1]:.2f} s, damage {done}")
            _check_commits(broker.address, clients.committed(), summary)
            if (dead := clients.dead()) is not None:
                summary.problems.append(dead)
                break
        summary.problems += clients.stop()
        _check_records(broker.address, base, summary)
        _check_commits(broker.address, clients.committed(), summary)
        summary.commits = clients.commits()
        code = broker.stop()
        if code != 0:
            summary.problems.append(f"the broker exited with {code}")
        summary.start_times_s = broker.start_times_s
        log = broker.log()
        summary.repairs = log.count("log repaired")
        for word in ("Traceback", "ERROR"):
            if word in log:
                at = log.index(word)
                summary.problems.append(f"in the broker's log: {log[at : at + 1500]}")
    return summary


class _Clients:
    """The processes that use the broker, and their journals."""

    def __init__(self, address: str, base: Path) -> None:
        self._produced = base / "produced.journal"
        self._consumed = [base / f"consumed-{number}.journal" for number in range(MEMBERS)]
        self._producer = _spawn(
            "producing", address, TOPIC, str(PARTITIONS), str(self._produced), base=base
        )
        self._consumers = [
            _spawn("consuming", address, TOPIC, GROUP, str(path), base=base)
            for path in self._consumed
        ]

    def wait_for_progress(self) -> None:
        """Until a record is acknowledged that was not before."""
        before = _size(self._produced)
        limit = time.monotonic() + DRAIN_LIMIT_S
        while _size(self._produced) == before and self.dead() is None:
            assert time.monotonic() < limit, "no record was acknowledged any more"
            time.sleep(0.01)

    def wait_until_quiet(self) -> None:
        """Until the clients have written down all that the dead broker had sent them."""
        before = -1
        while (now := sum(map(_size, [self._produced, *self._consumed]))) != before:
            before = now
            time.sleep(0.5)

    def known_ends(self) -> dict[int, int]:
        """Partition -> the offset behind the last one that any client knows."""
        ends: dict[int, int] = {}
        for row in read_journal(self._produced):
            ends[row.partition] = max(ends.get(row.partition, 0), row.offset + 1)
        for path in self._consumed:
            for row in read_journal(path):
                if row.lane == CONSUMED:
                    ends[row.partition] = max(ends.get(row.partition, 0), row.offset)
        return ends

    def committed(self) -> dict[int, int]:
        """Partition -> the largest offset whose commit was acknowledged."""
        ends: dict[int, int] = {}
        for path in self._consumed:
            for row in read_journal(path):
                if row.lane == COMMITTED:
                    ends[row.partition] = max(ends.get(row.partition, 0), row.offset)
        return ends

    def commits(self) -> int:
        return sum(row.lane == COMMITTED for path in self._consumed for row in read_journal(path))

    def dead(self) -> str | None:
        """Which process ended by itself; None when all are alive."""
        for process in (self._producer, *self._consumers):
            if process.poll() is not None:
                return f"{process.args[3]} ended: {_error_of(process)}"  # type: ignore[index]
        return None

    def stop(self) -> list[str]:
        """Let them finish; what went wrong."""
        problems = []
        for process in (self._producer, *self._consumers):
            process.terminate()
        for process in (self._producer, *self._consumers):
            try:
                process.wait(DRAIN_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                problems.append(f"{process.args[3]} did not finish")  # type: ignore[index]
                continue
            if process.returncode != 0:
                problems.append(f"{process.args[3]}: {_error_of(process)}")  # type: ignore[index]
        return problems

    def kill(self) -> None:
        for process in (self._producer, *self._consumers):
            if process.poll() is None:
                process.kill()
            process.communicate()


def _spawn(module: str, *arguments: str, base: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", f"simulating.{module}", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        cwd=base,
    )


def _error_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return f"exit {process.returncode}, {process.stderr.read()[-1000:]}"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _prepare(address: str) -> None:
    """The topic, and offset 0 committed everywhere, so that the group never has to choose."""
    admin = AdminClient({"bootstrap.servers": address, "log_level": 0})
    admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])[TOPIC].result(READ_LIMIT_S)
    consumer = _reader(address, GROUP)
    consumer.commit(
        offsets=[TopicPartition(TOPIC, number, 0) for number in range(PARTITIONS)],
        asynchronous=False,
    )
    consumer.close()


def _reader(address: str, group: str) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": address,
            "group.id": group,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "error",
            "check.crcs": True,
            "log_level": 0,
        }
    )


def _check_commits(address: str, promised: dict[int, int], summary: Summary) -> None:
    consumer = _reader(address, GROUP)
    places = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
    for place in consumer.committed(places, READ_LIMIT_S):
        if place.offset < promised.get(place.partition, 0):
            summary.problems.append(
                f"committed offset of {TOPIC}-{place.partition} is {place.offset},"
                f" acknowledged was {promised[place.partition]}"
            )
    consumer.close()


def _check_records(address: str, base: Path, summary: Summary) -> None:
    """Read everything; compare with what the producer was told."""
    promised: dict[tuple[int, int], int] = {}
    for row in read_journal(base / "produced.journal"):
        promised[row.partition, row.offset] = row.lane << 40 | row.number
    summary.acknowledged = len(promised)
    last = [[-1] * PARTITIONS for _ in LANES]
    consumer = _reader(address, f"reader-{uuid.uuid4().hex}")
    consumer.assign([TopicPartition(TOPIC, number, 0) for number in range(PARTITIONS)])
    ended: set[int] = set()
    limit = time.monotonic() + READ_LIMIT_S
    while len(ended) < PARTITIONS and len(summary.problems) < 20:
        messages = consumer.consume(2_000, 0.3)
        if time.monotonic() > limit and not messages:
            summary.problems.append(f"only partitions {sorted(ended)} could be read to their end")
            break
        for message in messages:
            partition = message.partition()
            if message.error() is not None:
                ended.add(partition)
                continue
            ended.discard(partition)
            summary.stored += 1
            lane, number = parse_key(message.key())
            if number != last[lane][partition] + 1:
                summary.problems.append(
                    f"{TOPIC}-{partition} offset {message.offset()}: {LANES[lane]} record {number}"
                    f" behind {last[lane][partition]}"
                )
            last[lane][partition] = number
            known = promised.pop((partition, message.offset()), None)
            if known is not None and known != lane << 40 | number:
                summary.problems.append(f"{TOPIC}-{partition} offset {message.offset()}: another")
    consumer.close()
    for partition, offset in list(promised)[:5]:
        summary.problems.append(f"acknowledged, but gone: {TOPIC}-{partition} offset {offset}")
