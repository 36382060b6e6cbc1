"""Did transactions keep their promises? Judged afterwards, from what clients wrote down.

A history is a list of events, one JSON object per line and client, each written before (asked) or
after (told) the call that it is about. Order matters only within one producer and one consumer.

    begin      producer, txn                    a transaction begins; txn is unique
    produce    producer, txn, records           asked; txn null: none. records:
                                                [[topic, partition, value, source], ...]; value is
                                                unique; source: [topic, partition, offset] of the
                                                record that was consumed to make this one, or null
    acked      producer, value                  told; only needed outside of transactions
    offsets    producer, txn, group, topic, offsets     asked; offsets: {partition: offset}
    committing producer, txn                    asked: from here on the outcome is unknown
    committed  producer, txn                    told
    aborting   producer, txn                    asked: it will not be committed any more
    aborted    producer, txn                    told
    unknown    producer, txn                    the client gave up; the outcome stays unknown
    consume    consumer, topic, partition, offset, value          by a read_committed consumer
    complete   consumer                         it has read every partition from start to end
    offset     group, topic, partition, offset  the group's offset, in the end

Without `committing` a transaction can never be committed, whatever became of its producer.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

Event = Mapping[str, Any]
Place = tuple[str, int]


class Outcome(Enum):
    """What may be seen of a transaction."""

    NOTHING = "nothing"
    EVERYTHING = "everything"
    EITHER = "either, but not some of it"


@dataclass(slots=True)
class Transaction:
    """What its producer asked for."""

    name: str
    producer: str
    outcome: Outcome = Outcome.NOTHING
    values: list[Any] = field(default_factory=list)
    offsets: dict[tuple[str, str, int], int] = field(default_factory=dict)


@dataclass(slots=True)
class _Produced:
    producer: str
    number: int
    """Counts what this producer sent to this partition."""
    place: Place
    txn: str | None
    source: tuple[str, int, int] | None
    is_acked: bool = False


def read_history(paths: Iterable[Path]) -> list[Event]:
    """The events of several clients. A last line that was cut by a kill is left out."""
    events: list[Event] = []
    for path in paths:
        for line in path.read_text().split("\n")[:-1]:
            events.append(json.loads(line))
    return events


def check(events: Iterable[Event]) -> list[str]:
    """Every broken promise, in words; none when all is well."""
    checker = _Checker()
    for event in events:
        checker.note(event)
    return checker.judge()


class _Checker:
    def __init__(self) -> None:
        self.transactions: dict[str, Transaction] = {}
        self.produced: dict[Any, _Produced] = {}
        self.counts: Counter[tuple[str, Place]] = Counter()
        self.consumed: dict[str, dict[Place, list[tuple[int, Any]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self.complete: set[str] = set()
        self.final_offsets: dict[tuple[str, str, int], int] = {}
        self.problems: list[str] = []

    def note(self, event: Event) -> None:
        kind = event["event"]
        if kind == "consume":
            place = event["topic"], event["partition"]
            self.consumed[event["consumer"]][place].append((event["offset"], event["value"]))
        elif kind == "complete":
            self.complete.add(event["consumer"])
        elif kind == "offset":
            at = event["group"], event["topic"], event["partition"]
            self.final_offsets[at] = event["offset"]
        elif kind == "produce":
            self._note_produce(event)
        elif kind == "acked":
            self.produced[event["value"]].is_acked = True
        else:
            self._note_transaction(kind, event)

    def _note_produce(self, event: Event) -> None:
        producer, txn = event["producer"], event["txn"]
        for topic, partition, value, source in event["records"]:
            if value in self.produced:
                raise ValueError(f"the history itself is wrong: {value!r} was produced twice")
            place = topic, partition
            self.counts[producer, place] += 1
            made_from = tuple(source) if source else None
            number = self.counts[producer, place]
            self.produced[value] = _Produced(producer, number, place, txn, made_from)
            if txn is not None:
                self.transactions[txn].values.append(value)

    def _note_transaction(self, kind: str, event: Event) -> None:
        txn = event["txn"]
        if kind == "begin":
            self.transactions[txn] = Transaction(txn, event["producer"])
            return
        one = self.transactions[txn]
        if kind == "offsets":
            for partition, offset in event["offsets"].items():  # the keys of JSON are texts
                one.offsets[event["group"], event["topic"], int(partition)] = offset
        elif kind in ("committing", "unknown"):
            one.outcome = Outcome.EITHER
        elif kind == "committed":
            one.outcome = Outcome.EVERYTHING
        elif kind in ("aborting", "aborted"):
            if kind == "aborted" or one.outcome is Outcome.NOTHING:
                one.outcome = Outcome.NOTHING
        else:
            raise ValueError(f"an event of kind {kind!r}")

    # -- judging --------------------------------------------------------------------------------

    def judge(self) -> list[str]:
        for consumer, places in self.consumed.items():
            self._judge_consumer(consumer, places)
        self._judge_agreement()
        seen = {
            consumer: {value for rows in places.values() for _, value in rows}
            for consumer, places in self.consumed.items()
        }
        for consumer in sorted(self.complete):
            self._judge_whole(consumer, seen.get(consumer, set()))
        for consumer in seen:
            self._judge_sources(consumer, seen[consumer])
        if self.complete:
            self._judge_offsets(set().union(*(seen.get(one, set()) for one in self.complete)))
        return self.problems

    def _judge_consumer(self, consumer: str, places: dict[Place, list[tuple[int, Any]]]) -> None:
        """Only what may be read, where it was sent to, once, and in order."""
        where: dict[Any, tuple[Place, int]] = {}
        for place, rows in places.items():
            last_offset = -1
            last_number: dict[str, tuple[int, Any]] = {}
            for offset, value in rows:
                at = f"{consumer} read {value!r} at {place[0]}-{place[1]} offset {offset}"
                if offset <= last_offset:
                    self._say(f"{at}, after offset {last_offset}")
                last_offset = offset
                sent = self.produced.get(value)
                if sent is None:
                    self._say(f"{at}, which nobody produced")
                    continue
                if sent.place != place:
                    self._say(f"{at}, which was sent to {sent.place[0]}-{sent.place[1]}")
                if value in where:
                    self._say(f"{at}, and before at offset {where[value][1]}: it is there twice")
                where[value] = place, offset
                if sent.txn and self.transactions[sent.txn].outcome is Outcome.NOTHING:
                    self._say(f"{at}, of {sent.txn}, which was not committed")
                number, earlier = last_number.get(sent.producer, (0, None))
                if sent.number < number:
                    self._say(f"{at}, which {sent.producer} sent before {earlier!r}")
                last_number[sent.producer] = sent.number, value

    def _judge_agreement(self) -> None:
        """At one offset there is one record, whoever reads it."""
        known: dict[tuple[Place, int], tuple[str, Any]] = {}
        for consumer, places in self.consumed.items():
            for place, rows in places.items():
                for offset, value in rows:
                    other, same = known.setdefault((place, offset), (consumer, value))
                    if same != value:
                        self._say(
                            f"{place[0]}-{place[1]} offset {offset}: {consumer} read {value!r},"
                            f" {other} read {same!r}"
                        )

    def _judge_whole(self, consumer: str, seen: set[Any]) -> None:
        """All of a transaction or nothing, and nothing lost that was acknowledged."""
        for one in self.transactions.values():
            found = [value for value in one.values if value in seen]
            missing = [value for value in one.values if value not in seen]
            if one.outcome is Outcome.EVERYTHING and missing:
                self._say(f"{consumer} did not find {missing[0]!r} of {one.name}: lost")
            elif one.outcome is Outcome.EITHER and found and missing:
                self._say(f"{consumer} found {found[0]!r} of {one.name}, not {missing[0]!r}: torn")
        for value, sent in self.produced.items():
            if sent.txn is None and sent.is_acked and value not in seen:
                self._say(f"{consumer} did not find {value!r} of {sent.producer}: lost")

    def _judge_sources(self, consumer: str, seen: set[Any]) -> None:
        """No record was made from the same input twice by transactions that count."""
        made: dict[tuple[str, int, int], Any] = {}
        for value, sent in self.produced.items():
            if value not in seen or sent.source is None:
                continue
            if sent.source in made:
                self._say(
                    f"{consumer} read {made[sent.source]!r} and {value!r}, both made from"
                    f" {sent.source[0]}-{sent.source[1]} offset {sent.source[2]}"
                )
            made[sent.source] = value

    def _judge_offsets(self, seen: set[Any]) -> None:
        """A group's offset is that of a transaction that counts, and the last of them."""
        for at, told in self.final_offsets.items():
            possible = {-1}
            for one in self.transactions.values():
                if at not in one.offsets or one.outcome is Outcome.NOTHING:
                    continue
                counts = one.outcome is Outcome.EVERYTHING or any(v in seen for v in one.values)
                if counts:
                    possible = {one.offsets[at]}
                elif not one.values:
                    possible.add(one.offsets[at])
            if told not in possible:
                group, topic, partition = at
                self._say(
                    f"the offset of {group} in {topic}-{partition} is {told}, possible"
                    f" {'is' if len(possible) == 1 else 'are'}"
                    f" {', '.join(map(str, sorted(possible)))}"
                )

    def _say(self, problem: str) -> None:
        self.problems.append(problem)
