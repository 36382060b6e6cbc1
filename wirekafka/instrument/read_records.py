"""Records of a topic as they lie in the log, without a group or a consumer.

Reads to the high watermark. A record of a transaction says how that ended: committed, aborted, or
open while it is below no last stable offset yet. Control records (markers) are left out; they take
an offset, which is why offsets may have gaps.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import BatchHeader, iter_batches
from wirekafka_protocol.records.record import Record, read_records

from wirekafka.instrument.turns import Turns
from wirekafka.partition.partition import Partition

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_READ_BYTES = 128 * 1024
"""A few milliseconds of records; a batch that is larger is read whole."""

MOST_BYTES = 16 * 1024 * 1024
"""Of keys, values and headers in one answer."""

_LOOK_AGAIN_S = 0.05
"""For a topic that does not exist yet; records of one that does are told at once."""


class Outcome(Enum):
    """What became of the transaction that a record is part of; COMMITTED without one."""

    COMMITTED = "committed"
    ABORTED = "aborted"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record and where it lies."""

    topic: str
    partition: int
    record: Record
    outcome: Outcome
    producer_id: int
    """-1 where the producer is neither idempotent nor transactional."""


@dataclass(frozen=True, slots=True)
class RecordRange:
    """Of each partition: from `start`, before `end`, or the `last` ones; all of it by default."""

    topic: str
    partition: int | None = None
    start: int | None = None
    end: int | None = None
    last: int | None = None
    limit: int = 1000
    """In all, from the lowest partition on."""


Kept = TypeVar("Kept")
"""What is made of each record at once; see `read_in_turns`."""


@dataclass(frozen=True, slots=True)
class Readings(Generic[Kept]):
    """Of each record the outcome and what was kept. A pair of both, a hundred thousand times,
    would hold the garbage collector up."""

    outcomes: list[Outcome]
    kept: list[Kept]


class RecordsMissing(Exception):
    """The time is up. `outcomes` are those of the records that there were."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__()
        self.outcomes = outcomes


class TooMuch(Exception):
    """The records have more than `MOST_BYTES`."""


def read(broker: Broker, wanted: RecordRange) -> list[FoundRecord]:
    """By partition, then offset, at once: for a few. Raises ApiError for an unknown topic or
    partition."""
    found: list[FoundRecord] = []
    for partition in _partitions(broker, wanted):
        rows: list[FoundRecord] = []
        for batch in _batches(broker, partition, wanted, wanted.limit - len(found)):
            rows += batch
        found += _cut(rows, wanted, wanted.limit - len(found))
        if len(found) >= wanted.limit:
            break
    return found


async def read_in_turns(
    broker: Broker, wanted: RecordRange, keep: Callable[[FoundRecord], Kept]
) -> Readings[Kept]:
    """As `read`, for many: of each record what `keep` makes of it. Raises TooMuch as well."""
    turns = Turns()
    found: Readings[Kept] = Readings([], [])
    read_bytes = 0
    for partition in _partitions(broker, wanted):
        limit = wanted.limit - len(found.kept)
        outcomes: deque[Outcome] = deque(maxlen=wanted.last)
        rows: deque[Kept] = deque(maxlen=wanted.last)
        for batch in _batches(broker, partition, wanted, limit):
            for row in batch:
                outcomes.append(row.outcome)
                rows.append(keep(row))
                read_bytes += _size(row)
                if read_bytes > MOST_BYTES:
                    raise TooMuch
                if turns.is_over:
                    await turns.next()
                    if broker.partitions.get(partition.topic, partition.index) is not partition:
                        raise _unknown_topic(wanted.topic)  # its files may be gone
        found.outcomes.extend(islice(outcomes, limit))
        found.kept.extend(islice(rows, limit))
        if len(found.kept) >= wanted.limit:
            break
    return found


def _size(row: FoundRecord) -> int:
    record = row.record
    headers = sum(len(name) + len(value or b"") for name, value in record.headers)
    return len(record.key or b"") + len(record.value or b"") + headers


async def wait_for(
    broker: Broker,
    wanted: RecordRange,
    keep: Callable[[FoundRecord], Kept],
    count: int,
    timeout_s: float,
) -> Readings[Kept]:
    """As `read_in_turns`, when at least `count` of them are committed. A topic that does not exist
    yet is waited for. Raises RecordsMissing as well."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    news = _News()
    try:
        while True:
            found, exists = await _read_if_there(broker, wanted, keep, count)
            if found is not None and found.outcomes.count(Outcome.COMMITTED) >= count:
                return found
            left = deadline - loop.time()
            if left <= 0:
                found = found or (await _read_if_there(broker, wanted, keep, 0))[0]
                raise RecordsMissing(found.outcomes if found is not None else [])
            if exists:
                news.listen(_partitions(broker, wanted))
            await news.wait(left if exists else min(left, _LOOK_AGAIN_S))
    finally:
        news.listen([])


class _News:
    """Waits like a Fetch does: a partition tells its waiters of every commit."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._partitions: list[Partition] = []

    def listen(self, partitions: list[Partition]) -> None:
        """To these, and to no others."""
        for partition in self._partitions:
            partition.remove_fetch_waiter(self)
        self._partitions = partitions
        for partition in partitions:
            partition.add_fetch_waiter(self)

    def data_arrived(self, partition: Partition) -> None:
        """What a partition calls."""
        self._event.set()

    async def wait(self, timeout_s: float) -> None:
        """Until something arrives, or the time is up."""
        try:
            await asyncio.wait_for(self._event.wait(), timeout_s)
        except TimeoutError:
            return
        self._event.clear()


async def _read_if_there(
    broker: Broker, wanted: RecordRange, keep: Callable[[FoundRecord], Kept], count: int
) -> tuple[Readings[Kept] | None, bool]:
    """What there is, and whether there is the topic; not read while `count` cannot be there."""
    try:
        if sum(_offsets(one, wanted) for one in _partitions(broker, wanted)) < count:
            return None, True
        return await read_in_turns(broker, wanted, keep), True
    except ApiError as error:
        if error.code is not ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
            raise
        return None, False


def _unknown_topic(name: str) -> ApiError:
    return ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"topic {name!r} does not exist")


def _offsets(partition: Partition, wanted: RecordRange) -> int:
    """How many offsets of the range there are; no fewer than records."""
    start, end = _span(partition, wanted)
    return max(0, end - start)


def _span(partition: Partition, wanted: RecordRange) -> tuple[int, int]:
    log = partition.log
    high_watermark = partition.high_watermark
    end = high_watermark if wanted.end is None else min(wanted.end, high_watermark)
    start = log.log_start_offset if wanted.start is None else wanted.start
    if wanted.last is not None:
        # Markers take offsets, too, so a little more is read than is asked for.
        start = max(start, end - 2 * wanted.last)
    return max(start, log.log_start_offset), end


def _partitions(broker: Broker, wanted: RecordRange) -> list[Partition]:
    topic = broker.partitions.by_name.get(wanted.topic)
    if topic is None:
        raise _unknown_topic(wanted.topic)
    if wanted.partition is None:
        return [partition for partition in topic.partitions if partition is not None]
    partition = topic.get(wanted.partition)
    if partition is None:
        text = f"{wanted.topic} has no partition {wanted.partition}"
        raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, text)
    return [partition]


def _batches(
    broker: Broker, partition: Partition, wanted: RecordRange, limit: int
) -> Iterator[list[FoundRecord]]:
    """What each batch of the range has, until there are `limit`; with `last` all of it."""
    offset, end = _span(partition, wanted)
    high_watermark = partition.high_watermark
    with broker.partitions.disk_errors(partition):
        outcome_of = _Outcomes(partition, offset, high_watermark)
    count = 0
    while offset < end and (count < limit or wanted.last is not None):
        offset = max(offset, partition.log.log_start_offset)
        with broker.partitions.disk_errors(partition):
            data = partition.log.read(
                offset, _READ_BYTES, upper_bound=high_watermark, min_one_message=True
            ).read_bytes()
        next_offset = offset
        for header, batch in iter_batches(data):
            rows = [
                FoundRecord(
                    partition.topic,
                    partition.index,
                    record,
                    outcome_of(header, record.offset),
                    header.producer_id,
                )
                for record in ([] if header.is_control else read_records(batch))
                if offset <= record.offset < end
            ]
            next_offset = header.next_offset
            count += len(rows)
            yield rows
        if next_offset == offset:
            break
        offset = next_offset


def _cut(rows: list[FoundRecord], wanted: RecordRange, limit: int) -> list[FoundRecord]:
    if wanted.last is not None:
        return rows[-wanted.last :][:limit] if wanted.last else []
    return rows[:limit]


class _Outcomes:
    """How the transactions of a range ended."""

    def __init__(self, partition: Partition, start: int, end: int) -> None:
        self._stable = partition.last_stable_offset
        self._open = {
            producer.producer_id: producer.transaction_first_offset
            for producer in partition.log.active_producers()
            if producer.transaction_first_offset >= 0
        }
        self._aborted: dict[int, list[tuple[int, int]]] = {}
        for gone in partition.log.aborted_transactions(start, end):
            self._aborted.setdefault(gone.producer_id, []).append(
                (gone.first_offset, gone.last_offset)
            )

    def __call__(self, header: BatchHeader, offset: int) -> Outcome:
        if not header.is_transactional:
            return Outcome.COMMITTED
        for first, last in self._aborted.get(header.producer_id, ()):
            if first <= offset <= last:
                return Outcome.ABORTED
        begun = self._open.get(header.producer_id)
        return Outcome.OPEN if begun is not None and offset >= begun else Outcome.COMMITTED
