"""Seeds: topics, records and committed offsets, made at once from a description.

Everything goes through the modules of Kafka's own APIs, so what they refuse is refused here, with
the place in the seed. Topics come first, then records in the order given, then offsets.

Records of one partition are appended in batches of up to `_BATCH_BYTES`. A record without a
partition goes where a producer would send it: by the murmur2 hash of its key, or, without a key,
to partitions in turn.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.find_coordinator import FindCoordinatorRequest
from wirekafka_protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.murmur2 import partition_of_key
from wirekafka_protocol.records.record import Header, Record, build_batch

from wirekafka.apis import find_coordinator, offset_commit, produce
from wirekafka.instrument.own_requests import ask
from wirekafka.instrument.turns import Turns
from wirekafka.metadata.image import TopicImage
from wirekafka.metadata.topics import NewTopic

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_PRODUCE_VERSION = 12
_COMMIT_VERSION = 8
_FIND_VERSION = 4
_BATCH_BYTES = 256 * 1024
"""A quarter of max.message.bytes, of which records are counted without their overhead."""
_BATCH_RECORDS = 500
_COMMIT_OFFSETS = 200
"""A few milliseconds of work each."""
_RECORD_OVERHEAD_BYTES = 32


Row = TypeVar("Row")


class SeedError(Exception):
    """A part of the seed cannot be; `place` is its path, such as records[3].partition."""

    def __init__(self, text: str, place: str) -> None:
        super().__init__(text)
        self.place = place


class SeedRecord(Protocol):
    """`timestamp_ms` None is now."""

    @property
    def topic(self) -> str: ...

    @property
    def partition(self) -> int | None: ...

    @property
    def key(self) -> bytes | None: ...

    @property
    def value(self) -> bytes | None: ...

    @property
    def headers(self) -> tuple[Header, ...]: ...

    @property
    def timestamp_ms(self) -> int | None: ...


class SeedOffset(Protocol):
    """`offset` is a number, "earliest" or "latest"."""

    @property
    def group_id(self) -> str: ...

    @property
    def topic(self) -> str: ...

    @property
    def partition(self) -> int: ...

    @property
    def offset(self) -> int | str: ...

    @property
    def metadata(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Seed:
    """A whole seed, which is used up by sowing it. With `is_first_only` the records and offsets of
    topics that existed before are left out: it may be sown at every start."""

    topics: Sequence[NewTopic]
    records: list[SeedRecord]
    offsets: list[SeedOffset]
    is_first_only: bool


@dataclass(slots=True)
class SeedOutcome:
    """What was made; topics that existed are not counted."""

    topics: list[str] = field(default_factory=list)
    records: int = 0
    offsets: int = 0


async def sow(broker: Broker, seed: Seed) -> SeedOutcome:
    """Raises SeedError; what came before the failing part stays made."""
    outcome = SeedOutcome()
    before = frozenset(broker.image.topics)
    await _create_topics(broker, seed.topics, outcome)
    left_out = before if seed.is_first_only else frozenset()
    outcome.records = await _append(broker, seed.records, left_out)
    outcome.offsets = await _commit(broker, seed.offsets, left_out)
    return outcome


async def _create_topics(broker: Broker, topics: Sequence[NewTopic], outcome: SeedOutcome) -> None:
    names: set[str] = set()
    for place, topic in enumerate(topics):
        if topic.name in names:
            raise SeedError(f"topic {topic.name!r} is listed twice", f"topics[{place}].name")
        names.add(topic.name)
    wanted = [(i, topic) for i, topic in enumerate(topics) if topic.name not in broker.image.topics]
    if not wanted:
        return
    try:
        created = await broker.metadata.create_topics([topic for _, topic in wanted])
    except ApiError as error:
        raise SeedError(str(error), f"topics[{wanted[0][0]}]") from error
    for (place, topic), made in zip(wanted, created, strict=True):
        if isinstance(made, ApiError):
            raise SeedError(f"topic {topic.name!r}: {made}", f"topics[{place}]")
        outcome.topics.append(topic.name)


async def _append(broker: Broker, records: list[SeedRecord], left_out: Collection[str]) -> int:
    """Returns how many there are."""
    now_ms = broker.clock.now_ms()
    next_of: dict[str, int] = {}
    batches: dict[tuple[str, int], list[tuple[int, SeedRecord]]] = {}
    count = 0
    turns = Turns()
    async for place, row in _each(records, turns):
        if row.topic not in left_out:
            topic = _topic(broker, row.topic, f"records[{place}].topic")
            partition = _partition(topic, row, next_of, place)
            batches.setdefault((row.topic, partition), []).append((place, row))
            count += 1
    for (name, partition), rows in batches.items():
        rows.reverse()
        while rows:
            await _append_batch(broker, name, partition, _take_batch(rows), now_ms)
            if turns.is_over:
                await turns.next()
    return count


async def _each(rows: list[Row], turns: Turns) -> AsyncIterator[tuple[int, Row]]:
    """The rows and their places; the list is empty in the end."""
    rows.reverse()
    for place in range(len(rows)):
        yield place, rows.pop()
        if turns.is_over:
            await turns.next()


def _partition(topic: TopicImage, row: SeedRecord, next_of: dict[str, int], place: int) -> int:
    count = len(topic.partitions)
    if row.partition is not None:
        if row.partition >= count:
            text = f"topic {topic.name!r} has partitions 0 to {count - 1}"
            raise SeedError(text, f"records[{place}].partition")
        return row.partition
    if row.key is not None:
        return partition_of_key(row.key, count)
    number = next_of.get(topic.name, 0)
    next_of[topic.name] = number + 1
    return number % count


def _take_batch(rows: list[tuple[int, SeedRecord]]) -> list[tuple[int, SeedRecord]]:
    """From the end of `rows`; a record that is larger than a batch is one of its own."""
    batch: list[tuple[int, SeedRecord]] = []
    size = 0
    while rows and len(batch) < _BATCH_RECORDS:
        _, row = rows[-1]
        size += _RECORD_OVERHEAD_BYTES + len(row.key or b"") + len(row.value or b"")
        size += sum(len(name) + len(value or b"") for name, value in row.headers)
        if batch and size > _BATCH_BYTES:
            break
        batch.append(rows.pop())
    return batch


async def _append_batch(
    broker: Broker, topic: str, partition: int, rows: list[tuple[int, SeedRecord]], now_ms: int
) -> None:
    batch = build_batch(
        [
            Record(
                delta,
                now_ms if row.timestamp_ms is None else row.timestamp_ms,
                row.key,
                row.value,
                row.headers,
            )
            for delta, (_, row) in enumerate(rows)
        ]
    )
    data = PartitionProduceData(partition, memoryview(bytearray(batch)))
    request = ProduceRequest(
        acks=-1, timeout_ms=30_000, topic_data=[TopicProduceData(topic, partition_data=[data])]
    )
    place = f"records[{rows[0][0]}]"
    try:
        response = await ask(broker, produce, request, _PRODUCE_VERSION)
    except ApiError as error:
        raise SeedError(str(error), place) from error
    answer = response.responses[0].partition_responses[0]
    if answer.error_code:
        if answer.record_errors:
            place = f"records[{rows[answer.record_errors[0].batch_index][0]}]"
        name = ErrorCode(answer.error_code).name
        raise SeedError(f"{topic}-{partition}: {name}: {answer.error_message or ''}", place)


async def _commit(broker: Broker, offsets: list[SeedOffset], left_out: Collection[str]) -> int:
    """Returns how many there are."""
    groups: dict[str, list[tuple[int, SeedOffset]]] = {}
    count = 0
    turns = Turns()
    async for place, row in _each(offsets, turns):
        if row.topic not in left_out:
            groups.setdefault(row.group_id, []).append((place, row))
            count += 1
    for group_id, rows in groups.items():
        find = FindCoordinatorRequest(key_type=0, coordinator_keys=[group_id])
        await ask(broker, find_coordinator, find, _FIND_VERSION)  # makes the topic
        for first in range(0, len(rows), _COMMIT_OFFSETS):
            await _commit_some(broker, group_id, rows[first : first + _COMMIT_OFFSETS])
            if turns.is_over:
                await turns.next()
    return count


async def _commit_some(
    broker: Broker, group_id: str, rows: Sequence[tuple[int, SeedOffset]]
) -> None:
    request = OffsetCommitRequest(
        group_id,
        topics=[
            OffsetCommitRequestTopic(
                row.topic,
                partitions=[
                    OffsetCommitRequestPartition(
                        row.partition,
                        _offset(broker, row, place),
                        committed_metadata=row.metadata,
                    )
                ],
            )
            for place, row in rows
        ],
    )
    try:
        response = await ask(broker, offset_commit, request, _COMMIT_VERSION)
    except ApiError as error:
        raise SeedError(f"group {group_id!r}: {error}", f"offsets[{rows[0][0]}]") from error
    _check_commits(group_id, rows, response)


def _check_commits(group_id: str, rows: Sequence[tuple[int, SeedOffset]], response: object) -> None:
    codes: Collection[int] = {
        partition.error_code
        for topic in response.topics  # type: ignore[attr-defined]  # OffsetCommitResponse
        for partition in topic.partitions
        if partition.error_code
    }
    for code in codes:
        text = f"group {group_id!r}: {ErrorCode(code).name}"
        raise SeedError(text, f"offsets[{rows[0][0]}]")


def _offset(broker: Broker, row: SeedOffset, place: int) -> int:
    topic = _topic(broker, row.topic, f"offsets[{place}].topic")
    if row.partition >= len(topic.partitions):
        text = f"topic {row.topic!r} has partitions 0 to {len(topic.partitions) - 1}"
        raise SeedError(text, f"offsets[{place}].partition")
    if isinstance(row.offset, int):
        return row.offset
    partition = broker.partitions.get(row.topic, row.partition)
    if partition is None:
        return 0
    return partition.high_watermark if row.offset == "latest" else partition.log.log_start_offset


def _topic(broker: Broker, name: str, place: str) -> TopicImage:
    topic = broker.image.topics.get(name)
    if topic is None:
        raise SeedError(f"topic {name!r} does not exist and is not in the seed", place)
    return topic
