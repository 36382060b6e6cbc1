"""Seeds: topics, records and committed offsets, made at once from a description.

Everything goes through the modules of Kafka's own APIs, so what they refuse is refused here, with
the place in the seed. Topics come first, then records in the order given, then offsets.

Records of one partition are appended in batches of up to `_BATCH_BYTES`. A record without a
partition goes where a producer would send it: by the murmur2 hash of its key, or, without a key,
to partitions in turn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
_BATCH_RECORDS = 1_000
"""A few milliseconds of work; as many offsets are committed at a time."""
_RECORD_OVERHEAD_BYTES = 32


class SeedError(Exception):
    """A part of the seed cannot be; `place` is its path, such as records[3].partition."""

    def __init__(self, text: str, place: str) -> None:
        super().__init__(text)
        self.place = place


@dataclass(frozen=True, slots=True)
class SeedRecord:
    """`timestamp_ms` None is now."""

    topic: str
    partition: int | None
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...] = ()
    timestamp_ms: int | None = None


@dataclass(frozen=True, slots=True)
class SeedOffset:
    """`offset` is a number, "earliest" or "latest"."""

    group_id: str
    topic: str
    partition: int
    offset: int | str
    metadata: str = ""


@dataclass(frozen=True, slots=True)
class Seed:
    """A whole seed. With `is_first_only` the records and offsets of topics that existed before
    are left out: it may be sown at every start."""

    topics: Sequence[NewTopic] = ()
    records: Sequence[SeedRecord] = ()
    offsets: Sequence[SeedOffset] = ()
    is_first_only: bool = False


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
    records = [(i, row) for i, row in enumerate(seed.records) if row.topic not in left_out]
    outcome.records = await _append(broker, records)
    offsets = [(i, row) for i, row in enumerate(seed.offsets) if row.topic not in left_out]
    await _commit(broker, offsets)
    outcome.offsets = len(offsets)
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


async def _append(broker: Broker, records: Sequence[tuple[int, SeedRecord]]) -> int:
    """Returns how many there are."""
    now_ms = broker.clock.now_ms()
    next_of: dict[str, int] = {}
    batches: dict[tuple[str, int], list[tuple[int, SeedRecord]]] = {}
    turns = Turns()
    for place, row in records:
        topic = _topic(broker, row.topic, f"records[{place}].topic")
        partition = _partition(topic, row, next_of, place)
        batches.setdefault((row.topic, partition), []).append((place, row))
        if turns.is_over:
            await turns.next()
    for (name, partition), rows in batches.items():
        for batch in _cut(rows):
            await _append_batch(broker, name, partition, batch, now_ms)
            if turns.is_over:
                await turns.next()
    return len(records)


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


def _cut(rows: Sequence[tuple[int, SeedRecord]]) -> Iterator[list[tuple[int, SeedRecord]]]:
    """Into batches; a record that is larger than one is a batch of its own."""
    batch: list[tuple[int, SeedRecord]] = []
    size = 0
    for place, row in rows:
        row_bytes = _RECORD_OVERHEAD_BYTES + len(row.key or b"") + len(row.value or b"")
        row_bytes += sum(len(name) + len(value or b"") for name, value in row.headers)
        if batch and (size + row_bytes > _BATCH_BYTES or len(batch) == _BATCH_RECORDS):
            yield batch
            batch, size = [], 0
        batch.append((place, row))
        size += row_bytes
    yield batch


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


async def _commit(broker: Broker, offsets: Sequence[tuple[int, SeedOffset]]) -> None:
    groups: dict[str, list[tuple[int, SeedOffset]]] = {}
    turns = Turns()
    for place, row in offsets:
        groups.setdefault(row.group_id, []).append((place, row))
    for group_id, rows in groups.items():
        find = FindCoordinatorRequest(key_type=0, coordinator_keys=[group_id])
        await ask(broker, find_coordinator, find, _FIND_VERSION)  # makes the topic
        for first in range(0, len(rows), _BATCH_RECORDS):
            await _commit_some(broker, group_id, rows[first : first + _BATCH_RECORDS])
            if turns.is_over:
                await turns.next()


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
