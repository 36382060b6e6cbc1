"""Offline: do the loops' histories and what a consumer read of their copies agree?

Exactly once means: each record of the source is in each copy once and in order; a transaction that
the client was told is committed is there as a whole, one that was aborted or never ended by its
client is not there at all, and one in doubt is either; a consumer that read along saw the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from simulating.history import Event
from simulating.transactions.events import unique_value
from simulating.transactions.looping import COPY, MIRROR, PARTITIONS

MOST_PROBLEMS = 20


class Read(NamedTuple):
    """A record of a copy, as a consumer saw it; its key names its transaction."""

    offset: int
    transaction: str
    value: str


Copies = dict[tuple[str, int], list[Read]]
"""By topic and partition, in the order of reading."""


@dataclass(slots=True)
class Verdict:
    """What was done and what is wrong."""

    committed: int = 0
    aborted: int = 0
    in_doubt: int = 0
    in_doubt_committed: int = 0
    left_open: int = 0
    records: int = 0
    missing: int = 0
    duplicates: int = 0
    problems: list[str] = field(default_factory=list)

    def complain(self, problem: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def line(self) -> str:
        return (
            f"committed={self.committed} aborted={self.aborted} in_doubt={self.in_doubt}"
            f" in_doubt_committed={self.in_doubt_committed} left_open={self.left_open}"
            f" records={self.records} missing={self.missing} duplicates={self.duplicates}"
        )


def check(events: Iterable[Event], source: list[int], found: Copies) -> Verdict:
    """`source`: how many records each partition of the source has."""
    verdict = Verdict()
    _check_copies(source, found, verdict)
    _check_transactions(events, found, verdict)
    return verdict


def _check_copies(source: list[int], found: Copies, verdict: Verdict) -> None:
    for (topic, partition), reads in found.items():
        origin = (partition - (topic == MIRROR)) % PARTITIONS
        numbers = []
        for read in reads:
            read_origin, _, number = read.value.partition(":")
            numbers.append(int(number))
            if int(read_origin) != origin:
                verdict.complain(f"{topic}-{partition} offset {read.offset}: {read.value}")
        verdict.records += len(numbers)
        times = Counter(numbers)
        missing = [number for number in range(source[origin]) if number not in times]
        twice = [number for number, count in times.items() if count > 1]
        verdict.missing += len(missing)
        verdict.duplicates += len(twice)
        if missing:
            verdict.complain(f"{topic}-{partition} lacks {len(missing)}: {missing[:5]}")
        if twice:
            verdict.complain(f"{topic}-{partition} has {len(twice)} twice: {twice[:5]}")
        if numbers != sorted(numbers):
            verdict.complain(f"{topic}-{partition} is not in order")
        offsets = [read.offset for read in reads]
        if offsets != sorted(set(offsets)):
            verdict.complain(f"{topic}-{partition}: offsets are not in order")


def _check_transactions(events: Iterable[Event], found: Copies, verdict: Verdict) -> None:
    produced: dict[str, Counter[tuple[str, int, str]]] = {}
    last: dict[str, str] = {}
    for event in events:
        name = event["txn"]
        if event["event"] == "produce":
            produced[name] = Counter((topic, n, value) for topic, n, value, _ in event["records"])
        if not (event["event"] == "unknown" and last.get(name) != "committing"):
            last[name] = event["event"]
    visible: dict[str, Counter[tuple[str, int, str]]] = {}
    for (topic, partition), reads in found.items():
        for read in reads:
            there = visible.setdefault(read.transaction, Counter())
            there[topic, partition, unique_value(read.transaction, topic, read.value)] += 1
    for name in visible.keys() - produced.keys():
        verdict.complain(f"records of {name}, which nobody produced")
    for name, event in last.items():
        records = produced.get(name, Counter())
        there = visible.get(name, Counter())
        if there not in (records, Counter()):
            verdict.complain(f"{name} is torn: {there.total()} of {records.total()} records")
        if event == "committed":
            verdict.committed += 1
            if there != records:
                verdict.complain(f"{name} was committed, {there.total()} records are there")
        elif event in ("committing", "unknown"):
            verdict.in_doubt += 1
            verdict.in_doubt_committed += bool(there)
        else:
            verdict.aborted += event == "aborted"
            verdict.left_open += event != "aborted"
            if there:
                verdict.complain(f"{name} ended with {event}, but its records are there")


def readings(live: Copies, found: Copies) -> Iterator[Event]:
    """What was read along and in the end, as events of a history."""
    for consumer, copies in (("along", live), ("afterwards", found)):
        for (topic, partition), reads in copies.items():
            for offset, name, value in reads:
                yield {
                    "event": "consume",
                    "consumer": consumer,
                    "topic": topic,
                    "partition": partition,
                    "offset": offset,
                    "value": unique_value(name, topic, value),
                }
        yield {"event": "complete", "consumer": consumer}


def check_live(live: Copies, found: Copies, verdict: Verdict) -> None:
    """What was read while it was written is what is there."""
    for place in [(topic, n) for topic in (COPY, MIRROR) for n in range(PARTITIONS)]:
        seen, there = live.get(place, []), found.get(place, [])
        if seen != there:
            at = next((n for n, (a, b) in enumerate(zip(seen, there, strict=False)) if a != b), -1)
            verdict.complain(
                f"{place[0]}-{place[1]}: a consumer read {len(seen)} records along the way, "
                f"{len(there)} are there; the first that differs is number {at}"
            )
