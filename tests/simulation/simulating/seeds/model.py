"""A naive model of what Kafka keeps: nothing is indexed, everything is computed from lists.

It shares no code with the broker. A partition is the list of all batches it ever took; what may be
read of it, who wrote what and where a transaction stands is found by going through that list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

DUPLICATE_WINDOW = 5
MAX_SEQUENCE = 2**31 - 1

Place = tuple[str, int]
"""Topic and partition."""

OffsetPlace = tuple[str, str, int]
"""Group, topic and partition."""

NONE = 0
UNKNOWN_TOPIC_OR_PARTITION = 3
OUT_OF_ORDER_SEQUENCE_NUMBER = 45
INVALID_PRODUCER_EPOCH = 47
INVALID_TXN_STATE = 48
INVALID_PRODUCER_ID_MAPPING = 49
CONCURRENT_TRANSACTIONS = 51
PRODUCER_FENCED = 90
TRANSACTION_ABORTABLE = 120


@dataclass(slots=True, eq=False)
class Batch:
    """What a producer sent, or a marker; `offset` is where it is once it was written."""

    values: list[tuple[bytes | None, bytes | None]]
    """Keys and values."""
    timestamp: int
    producer_id: int = -1
    epoch: int = -1
    sequence: int = -1
    is_transactional: bool = False
    marker: str = ""
    """COMMIT or ABORT."""
    offset: int = -1
    is_stamped: bool = False
    """The broker gives it its timestamp (LogAppendTime)."""

    @property
    def count(self) -> int:
        return 1 if self.marker else len(self.values)

    @property
    def end(self) -> int:
        return self.offset + self.count

    @property
    def last_sequence(self) -> int:
        return (self.sequence + self.count - 1) % (MAX_SEQUENCE + 1)

    def is_same(self, other: Batch) -> bool:
        """Whatever its offset; markers are stamped by the broker."""
        mine = (self.values, self.producer_id, self.epoch, self.sequence, self.is_transactional)
        its = (other.values, other.producer_id, other.epoch, other.sequence, other.is_transactional)
        if self.marker or other.marker:
            return (self.marker, *mine[1:3]) == (other.marker, *its[1:3])
        if self.is_stamped or other.is_stamped:
            return mine == its
        return (*mine, self.timestamp) == (*its, other.timestamp)

    def __str__(self) -> str:
        what = self.marker or f"{self.count} records, the first {(self.values or [None])[0]!r:.40}"
        who = (
            f" of {self.producer_id}/{self.epoch}/{self.sequence}" if self.producer_id >= 0 else ""
        )
        return f"{self.offset}: {what}{who}{' in a transaction' * self.is_transactional}"


class Aborted(NamedTuple):
    """An aborted transaction, in offsets."""

    producer_id: int
    first_offset: int
    marker_offset: int


@dataclass(slots=True)
class PartitionModel:
    """One partition. Batches below `log_start` are kept, because a crash may bring them back."""

    batches: list[Batch] = field(default_factory=list)
    log_start: int = 0
    restarted_at: int = 0
    """The end when the broker started. Of what each producer wrote before, a snapshot of the
    producers' state keeps the last batch only, in Kafka, too."""
    forgotten: dict[int, int] = field(default_factory=dict)
    """Of these producers nothing is known that they wrote below this offset."""
    may_forget: set[int] = field(default_factory=set)
    """Producers that were silent for so long that the broker may have forgotten them."""
    awaited: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Epoch and lowest sequence with which a producer wanted to begin a transaction here, until a
    batch or the marker of one is there. It begins with no higher one (KAFKA-14640)."""

    @property
    def end(self) -> int:
        return self.batches[-1].end if self.batches else 0

    def append(self, batch: Batch) -> None:
        batch.offset = self.end
        self.batches.append(batch)
        self.may_forget.discard(batch.producer_id)
        if batch.is_transactional:
            self.awaited.pop(batch.producer_id, None)

    # -- producers ------------------------------------------------------------------------------

    def recent(self, producer_id: int) -> tuple[int, list[Batch]]:
        """Its newest epoch (-1: unknown) and its batches of records of that epoch."""
        epoch = -1
        found: list[Batch] = []
        known_from = self.forgotten.get(producer_id, 0)
        for batch in self.batches:
            if batch.producer_id == producer_id and batch.offset >= known_from:
                if batch.epoch != epoch:
                    epoch = batch.epoch
                    found = []
                if not batch.marker:
                    found.append(batch)
        return epoch, found

    def next_sequence(self, producer_id: int, epoch: int) -> int:
        """What a producer without fault sends next; it does not know that it is forgotten."""
        sent = [b for b in self.batches if b.producer_id == producer_id and not b.marker]
        return _after(sent[-1:]) if sent and sent[-1].epoch == epoch else 0

    def is_below_start(self, producer_id: int) -> bool:
        """Whether some of what it wrote last is below the start of the log, or all of it."""
        last = max((b.offset for b in self.batches if b.producer_id == producer_id), default=-1)
        _, batches = self.recent(producer_id)
        return last < self.log_start or bool(batches and batches[-1].offset < self.log_start)

    def wants_to_begin(self, batch: Batch) -> None:
        """It asks whether this batch belongs to a transaction here."""
        epoch, lowest = self.awaited.get(batch.producer_id, (-1, MAX_SEQUENCE))
        if self.recent(batch.producer_id)[0] > batch.epoch or epoch > batch.epoch:
            return
        lowest = min(lowest, batch.sequence) if epoch == batch.epoch else batch.sequence
        self.awaited[batch.producer_id] = batch.epoch, lowest

    def judge(self, batch: Batch) -> tuple[int, Batch | None]:
        """The error, or the earlier batch of which this is a duplicate."""
        epoch, batches = self.recent(batch.producer_id)
        if 0 <= batch.epoch < epoch:
            return INVALID_PRODUCER_EPOCH, None
        if batch.epoch == epoch and batch.sequence != _after(batches[-1:]):
            # What follows is new, even if the log has its sequence twice by now: the producer had
            # been forgotten, and a start brought back what it had written before.
            for earlier in reversed(batches[-DUPLICATE_WINDOW:]):
                if (earlier.sequence, earlier.count) == (batch.sequence, batch.count):
                    return NONE, earlier
        _, lowest = self.awaited.get(batch.producer_id, (-1, MAX_SEQUENCE))
        if batch.is_transactional and batch.sequence > lowest:
            return OUT_OF_ORDER_SEQUENCE_NUMBER, None
        if epoch < 0:
            return NONE, None
        expected = _after(batches[-1:]) if batch.epoch == epoch else 0
        if batch.sequence != expected:
            return OUT_OF_ORDER_SEQUENCE_NUMBER, None
        return NONE, None

    # -- transactions ---------------------------------------------------------------------------

    def open_transactions(self) -> dict[int, int]:
        """Producer id to the first offset of its open transaction."""
        found: dict[int, int] = {}
        for batch in self.batches:
            if batch.marker:
                found.pop(batch.producer_id, None)
            elif batch.is_transactional:
                found.setdefault(batch.producer_id, batch.offset)
        return found

    def has_open(self, producer_id: int, epoch: int) -> bool:
        return producer_id in self.open_transactions() and self.recent(producer_id)[0] == epoch

    def last_stable_offset(self) -> int:
        first = min(self.open_transactions().values(), default=self.end)
        return max(first, self.log_start)

    def aborted(self) -> list[Aborted]:
        begun: dict[int, int] = {}
        found = []
        for batch in self.batches:
            if batch.marker:
                first = begun.pop(batch.producer_id, None)
                if first is not None and batch.marker == "ABORT":
                    found.append(Aborted(batch.producer_id, first, batch.offset))
            elif batch.is_transactional:
                begun.setdefault(batch.producer_id, batch.offset)
        return found

    def is_aborted(self, batch: Batch) -> bool:
        return batch.is_transactional and any(
            one.producer_id == batch.producer_id
            and one.first_offset <= batch.offset < one.marker_offset
            for one in self.aborted()
        )

    # -- records --------------------------------------------------------------------------------

    def records(self, first: int, end: int) -> Iterator[tuple[int, Batch, int]]:
        """Offset, batch and place in it of every record of data in a range."""
        for batch in self.batches:
            if batch.end <= first or batch.offset >= end or batch.marker:
                continue
            for index in range(batch.count):
                if first <= batch.offset + index < end:
                    yield batch.offset + index, batch, index

    def has_successor(self, offset: int, key: bytes | None) -> bool:
        """Whether a later record of the key counts, so that compaction may remove this one."""
        aborted = self.aborted()
        stable = self.last_stable_offset()
        for at, batch, index in self.records(offset + 1, stable):
            if batch.values[index][0] == key and not (
                batch.is_transactional
                and any(
                    one.producer_id == batch.producer_id
                    and one.first_offset <= at < one.marker_offset
                    for one in aborted
                )
            ):
                return True
        return False


@dataclass(slots=True)
class TransactionModel:
    """One transactional id, as its coordinator knows it."""

    transactional_id: str
    producer_id: int
    epoch: int
    timeout_ms: int
    state: str = "Empty"
    last_epoch: int = -1
    version: int = 0
    started_ms: int = -1
    partitions: set[Place] = field(default_factory=set)

    def copy(self) -> TransactionModel:
        made = TransactionModel(
            self.transactional_id, self.producer_id, self.epoch, self.timeout_ms, self.state
        )
        made.last_epoch, made.version = self.last_epoch, self.version
        made.started_ms, made.partitions = self.started_ms, set(self.partitions)
        return made

    def wrong_producer(self, producer_id: int, epoch: int) -> int:
        if producer_id != self.producer_id:
            return INVALID_PRODUCER_ID_MAPPING
        return NONE if epoch == self.epoch else PRODUCER_FENCED

    def add(self, places: set[Place], now_ms: int) -> None:
        if self.state != "Ongoing":
            self.state = "Ongoing"
            self.started_ms = now_ms
            self.partitions = set()
        self.partitions |= places

    def judge_end(self, producer_id: int, epoch: int, commit: bool, version: int) -> int | None:
        """The error; None for an end that has happened and is told again."""
        done = {"CompleteCommit": True, "CompleteAbort": False}.get(self.state)
        if producer_id != self.producer_id:
            return INVALID_PRODUCER_ID_MAPPING
        if version == 2 and done is not None and self.version == 2 and epoch == self.epoch - 1:
            return None if done is commit else INVALID_TXN_STATE
        if epoch != self.epoch:
            return PRODUCER_FENCED
        if self.state == "Ongoing":
            return NONE
        if version == 2:
            return INVALID_TXN_STATE if commit else NONE
        return None if done is commit else INVALID_TXN_STATE

    def end(self, commit: bool, *, raises: bool) -> set[Place]:
        """The transaction is over; returns where markers go."""
        places, self.partitions = self.partitions, set()
        self.state = "CompleteCommit" if commit else "CompleteAbort"
        self.version = 2 if raises else 1
        if raises:
            self.last_epoch, self.epoch = self.epoch, self.epoch + 1
        return places


@dataclass(slots=True, eq=False)
class OffsetWrite:
    """A committed offset; of a transaction that is open while `producer_id` is not -1."""

    offset: int
    producer_id: int = -1
    is_doubtful: bool = False
    """Nobody knows whether it was written; its transaction is never committed."""


@dataclass(slots=True)
class Cluster:
    """Everything."""

    topics: dict[str, list[PartitionModel]] = field(default_factory=dict)
    configs: dict[str, dict[str, str]] = field(default_factory=dict)
    transactions: dict[str, TransactionModel] = field(default_factory=dict)
    offsets: dict[OffsetPlace, list[OffsetWrite]] = field(default_factory=dict)
    leftovers: dict[OffsetPlace, list[OffsetWrite]] = field(default_factory=dict)
    just_deleted: dict[OffsetPlace, list[OffsetWrite]] = field(default_factory=dict)
    """Offsets for topics in whose deletion the broker died. As in Kafka nobody removes them then,
    those of open transactions neither, and a new topic of that name may find them. Those of this
    step are apart, until it is over."""

    def partition(self, place: Place) -> PartitionModel | None:
        found = self.topics.get(place[0], [])
        return found[place[1]] if place[1] < len(found) else None

    def places(self) -> list[Place]:
        return [(name, n) for name in sorted(self.topics) for n in range(len(self.topics[name]))]

    def is_compacted(self, topic: str) -> bool:
        return "compact" in self.configs.get(topic, {}).get("cleanup.policy", "")

    def is_stamped(self, topic: str) -> bool:
        return self.configs.get(topic, {}).get("message.timestamp.type") == "LogAppendTime"

    def committed_offset(self, place: OffsetPlace) -> int:
        known = [w.offset for w in self.offsets.get(place, []) if w.producer_id == -1]
        return known[-1] if known else -1

    def is_unstable(self, place: OffsetPlace) -> bool | None:
        """Whether a transaction that wrote there is open; None: nobody knows."""
        pending = [w for w in self.offsets.get(place, []) if w.producer_id != -1]
        if any(not w.is_doubtful for w in pending):
            return True
        left = [w for w in self.leftovers.get(place, []) if w.producer_id != -1]
        return None if pending or left else False

    def end_transaction(self, tid: str, commit: bool, *, raises: bool, now_ms: int) -> None:
        """Markers everywhere, and what was pending counts or is gone."""
        one = self.transactions[tid]
        producer_id = one.producer_id
        places = one.end(commit, raises=raises)
        for place in sorted(places):
            partition = self.partition(place)
            if partition is not None:
                partition.append(self.marker_of(one, commit, now_ms))
        self.settle_offsets(producer_id, commit)

    @staticmethod
    def marker_of(one: TransactionModel, commit: bool, now_ms: int) -> Batch:
        kind = "COMMIT" if commit else "ABORT"
        return Batch([], now_ms, one.producer_id, one.epoch, -1, True, kind)

    def settle_offsets(self, producer_id: int, commit: bool) -> None:
        known = (self.offsets, self.leftovers, self.just_deleted)
        for writes in [writes for places in known for writes in places.values()]:
            for write in [w for w in writes if w.producer_id == producer_id]:
                if commit:
                    write.producer_id = -1
                else:
                    writes.remove(write)

    def adopt_leftover(self, place: OffsetPlace, told: int) -> None:
        """Take over an offset of before the topic was deleted, if that is what there is."""
        left = [w.offset for w in self.leftovers.get(place, []) if w.producer_id == -1]
        if self.committed_offset(place) == -1 and left[-1:] == [told]:
            self.offsets.setdefault(place, [])[:0] = self.leftovers.pop(place)

    def forget_topic(self, name: str) -> None:
        del self.topics[name]
        self.configs.pop(name, None)
        for place in [at for at in {**self.offsets, **self.leftovers} if at[1] == name]:
            writes = [*self.leftovers.pop(place, []), *self.offsets.pop(place, [])]
            self.just_deleted[place] = writes

    def note_death(self) -> None:
        """Nobody knows whether the offsets for topics deleted in this step are gone."""
        self.leftovers |= self.just_deleted
        self.just_deleted = {}


def _after(last: list[Batch]) -> int:
    """The sequence that follows the last batch."""
    return (last[0].last_sequence + 1) % (MAX_SEQUENCE + 1) if last else 0
