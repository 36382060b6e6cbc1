"""POST /seed: topics, records and committed offsets from one JSON or YAML document.

    topics:
      - {name: orders, partitions: 3, configs: {cleanup.policy: compact}}
    records:
      - {topic: orders, key: a, value: {id: 1}, headers: {trace: x1}}
      - {topic: orders, key: a, value: null}                           # a tombstone
      - {topic: orders, partition: 0, value_base64: 3q2+7w==, timestamp: 2026-01-01T00:00:00Z}
    offsets:
      - {group: app, topic: orders, partition: 0, offset: latest}

    curl localhost:PORT/seed -H 'content-type: application/yaml' --data-binary @seed.yaml

Keys, values and header values that are text are taken as UTF-8; what is no text becomes compact
JSON; `…_base64` gives bytes. `wirekafka serve --seed FILE` takes the same document.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import UNSET, UnsetType
from wirekafka_protocol.records.record import Header

from wirekafka.control.bodies import read_body
from wirekafka.control.errors import bad_request
from wirekafka.control.routes import Answer, Body, Params, Route
from wirekafka.instrument.seeding import Seed, SeedError, SeedOffset, SeedOutcome, SeedRecord, sow
from wirekafka.instrument.turns import Turns
from wirekafka.metadata.topics import DEFAULT, NewTopic

if TYPE_CHECKING:
    from wirekafka.broker import Broker

Whole = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
Count = Annotated[int, msgspec.Meta(ge=1, le=(1 << 31) - 1)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=32_767 // 4)]
"""Kafka's strings have up to 32,767 bytes, and a character up to four."""
Json = Any
"""Text, or anything that JSON can say."""


class Topic(Body):
    """A topic, made unless it exists."""

    name: Name
    partitions: Count | None = None
    replication_factor: Count | None = None
    configs: dict[str, str | int | float | bool] = msgspec.field(default_factory=dict)


class SeededRecord(Body):
    """A record. Without `partition` it goes where its key's hash says. `timestamp` is in ms or
    ISO 8601; `headers` an object, or pairs where a name comes twice."""

    topic: Name
    partition: Whole | None = None
    key: Json | UnsetType = UNSET
    key_base64: str | UnsetType = UNSET
    value: Json | UnsetType = UNSET
    value_base64: str | UnsetType = UNSET
    headers: dict[str, Json] | list[tuple[str, Json]] = msgspec.field(default_factory=dict)
    timestamp: Whole | datetime | None = None


class Offset(Body):
    """A committed offset of a group."""

    group: Name
    topic: Name
    partition: Whole = 0
    offset: Whole | Literal["earliest", "latest"] = "latest"
    metadata: str = ""


class SeedBody(Body):
    """Topics, then records in this order, then offsets."""

    MAX_BYTES: ClassVar[int] = 64 * 1024 * 1024
    """Some hundred thousand records; the broker's memory is not anybody's to fill."""

    topics: list[Topic] = msgspec.field(default_factory=list)
    records: list[SeededRecord] = msgspec.field(default_factory=list)
    offsets: list[Offset] = msgspec.field(default_factory=list)


class Seeded(Answer):
    """The topics that did not exist before, and how much of the rest there was."""

    topics: list[str]
    records: int
    offsets: int


async def seed(broker: Broker, body: SeedBody, params: Params) -> Seeded:
    try:
        done = await sow(broker, await as_seed(body))
    except SeedError as error:
        raise bad_request(str(error), error.place) from None
    return Seeded(topics=done.topics, records=done.records, offsets=done.offsets)


async def sow_file(broker: Broker, path: Path) -> SeedOutcome:
    """The document in `path`, without the records and offsets of topics that existed before.
    ControlError naming the place, OSError."""
    kind = "application/json" if path.suffix == ".json" else "application/yaml"
    body = read_body(SeedBody, path.read_bytes(), kind)
    try:
        return await sow(broker, await as_seed(body, is_first_only=True))
    except SeedError as error:
        raise bad_request(str(error), error.place) from None


async def as_seed(body: SeedBody, *, is_first_only: bool = False) -> Seed:
    """ControlError naming the field. Takes what it reads out of the body: a million rows that are
    let go of at once hold everybody up."""
    turns = Turns()
    records: list[SeedRecord] = []
    body.records.reverse()
    while body.records:
        records.append(_record(body.records.pop(), f"records[{len(records)}]"))
        if turns.is_over:
            await turns.next()
    offsets: list[SeedOffset] = []
    body.offsets.reverse()
    while body.offsets:
        row = body.offsets.pop()
        offsets.append(OffsetRow(row.group, row.topic, row.partition, row.offset, row.metadata))
        if turns.is_over:
            await turns.next()
    return Seed(
        topics=[
            NewTopic(
                topic.name,
                topic.partitions or DEFAULT,
                topic.replication_factor or DEFAULT,
                configs={name: _config_text(value) for name, value in topic.configs.items()},
            )
            for topic in body.topics
        ],
        records=records,
        offsets=offsets,
        is_first_only=is_first_only,
    )


class RecordRow(msgspec.Struct, frozen=True, gc=False):
    """A SeedRecord. The garbage collector need not look through them."""

    topic: str
    partition: int | None
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...]
    timestamp_ms: int | None


class OffsetRow(msgspec.Struct, frozen=True, gc=False):
    """A SeedOffset; as RecordRow."""

    group_id: str
    topic: str
    partition: int
    offset: int | str
    metadata: str


def _record(row: SeededRecord, place: str) -> RecordRow:
    if row.value is UNSET and row.value_base64 is UNSET:
        hint = "null makes a tombstone"
        raise bad_request("neither value nor value_base64", f"{place}.value", hint)
    pairs = row.headers.items() if isinstance(row.headers, dict) else row.headers
    return RecordRow(
        row.topic,
        row.partition,
        _bytes(row.key, row.key_base64, f"{place}.key"),
        _bytes(row.value, row.value_base64, f"{place}.value"),
        tuple([(name, as_bytes(value)) for name, value in pairs]),
        _milliseconds(row.timestamp, f"{place}.timestamp"),
    )


def _bytes(plain: Json | UnsetType, encoded: str | UnsetType, place: str) -> bytes | None:
    if encoded is UNSET:
        return None if plain is UNSET else as_bytes(plain)
    if plain is not UNSET:
        raise bad_request("given twice, as text and as base64", f"{place}_base64")
    assert isinstance(encoded, str)
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise bad_request(f"not base64: {error}", f"{place}_base64") from None


def as_bytes(value: Json) -> bytes | None:
    """Text as UTF-8, null as None, anything else as compact JSON."""
    if value is None:
        return None
    return value.encode() if isinstance(value, str) else msgspec.json.encode(value)


def _milliseconds(timestamp: int | datetime | None, place: str) -> int | None:
    """A time without a zone is UTC."""
    if timestamp is None or isinstance(timestamp, int):
        return timestamp
    if timestamp.tzinfo is None:
        timestamp = timestamp.replace(tzinfo=UTC)
    found = round(timestamp.timestamp() * 1000)
    if found < 0:
        raise bad_request(f"{timestamp.isoformat()} is before 1970", place)
    return found


def _config_text(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


ROUTES = (
    Route("POST", "/seed", "Make topics, records, offsets (JSON or YAML).", SeedBody, Seeded, seed),
)
