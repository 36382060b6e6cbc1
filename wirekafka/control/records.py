"""GET /records/{topic}: what is in a topic, without a group, a commit or a client.

curl 'localhost:PORT/records/orders?last=5'
curl 'localhost:PORT/records/orders?partition=0&start=10&end=20&render=json'
curl 'localhost:PORT/records/orders?wait_for=3&timeout=5'       # 408 when they do not come
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.record import Header

from wirekafka.control.errors import ControlError, bad_request, nearest
from wirekafka.control.pieces import Pieces, Rows, encode
from wirekafka.control.routes import Answer, Body, Content, Params, Route
from wirekafka.instrument.read_records import (
    MOST_BYTES,
    FoundRecord,
    Outcome,
    RecordRange,
    RecordsMissing,
    TooMuch,
    read_in_turns,
    wait_for,
)
from wirekafka.instrument.turns import Turns

if TYPE_CHECKING:
    from wirekafka.broker import Broker

MAX_RECORDS = 100_000
MAX_WAIT_S = 600.0

Offset = Annotated[int, msgspec.Meta(ge=0)]
Rendering = Literal["text", "json", "base64"]


class Asked(Body):
    """Offsets from `start`, before `end`, or the `last` of each partition. `wait_for` committed
    records are waited for up to `timeout` seconds. `committed` leaves out what is aborted or open.
    `render` says how keys, values and headers are shown; what cannot be shown so is base64, and
    each record says which it is."""

    partition: Annotated[int, msgspec.Meta(ge=0)] | None = None
    start: Offset | None = None
    end: Offset | None = None
    last: Annotated[int, msgspec.Meta(ge=0, le=MAX_RECORDS)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_RECORDS)] = 1000
    wait_for: Annotated[int, msgspec.Meta(ge=1, le=MAX_RECORDS)] | None = None
    timeout: Annotated[float, msgspec.Meta(ge=0, le=MAX_WAIT_S)] = 5.0
    committed: bool = False
    render: Rendering = "text"


class RecordHeader(Answer):
    """A header; the value is null, or rendered as `encoding` says."""

    key: str
    value: Any
    encoding: Rendering | None


class RecordShown(Answer):
    """One record. `tombstone`: its value is null. `outcome`: committed, aborted or open."""

    partition: int
    offset: int
    timestamp_ms: int
    key: Any
    key_encoding: Rendering | None
    value: Any
    value_encoding: Rendering | None
    tombstone: bool
    headers: list[RecordHeader]
    outcome: Literal["committed", "aborted", "open"]
    producer_id: int | None


class Records(Answer):
    """By partition, then offset."""

    topic: str
    count: int
    records: list[RecordShown]


async def get_records(broker: Broker, body: Asked, params: Params) -> Content:
    topic = params["topic"]
    if body.last is not None and body.start is not None:
        raise bad_request("start and last exclude each other", "last")
    limit = max(body.limit, body.wait_for or 0)
    wanted = RecordRange(topic, body.partition, body.start, body.end, body.last, limit)

    def keep(row: FoundRecord) -> bytes:
        return encode(_shown(row, body.render))

    try:
        if body.wait_for is None:
            found = await read_in_turns(broker, wanted, keep)
        else:
            found = await wait_for(broker, wanted, keep, body.wait_for, body.timeout)
    except RecordsMissing as missing:
        raise _missing(topic, body, missing.outcomes) from None
    except TooMuch:
        text = f"the records have more than {MOST_BYTES} bytes"
        hint = "ask for fewer: partition, start, end, last, limit"
        raise ControlError(413, text, field="limit", hint=hint) from None
    except ApiError as error:
        raise _refused(broker, topic, body, error) from None
    shown = found.kept
    if body.committed:
        pairs = zip(found.outcomes, shown, strict=True)
        shown = [row for outcome, row in pairs if outcome is Outcome.COMMITTED]
    return await _answer(topic, shown)


async def _answer(topic: str, found: list[bytes]) -> Content:
    """A Records, with what was made JSON while it was read."""
    pieces = Pieces(Turns())
    rows = Rows(pieces)
    pieces.add(encode(Records(topic=topic, count=len(found), records=[])).removesuffix(b"]}"))
    for row in found:
        rows.begin()
        pieces.add(row)
        await pieces.breathe()
    pieces.add(b"]}\n")
    return Content(pieces.done())


def _missing(topic: str, body: Asked, outcomes: list[Outcome]) -> ControlError:
    committed = outcomes.count(Outcome.COMMITTED)
    text = f"{committed} of {body.wait_for} records were in {topic} after {body.timeout:g} s"
    others = len(outcomes) - committed
    hint = f"{others} more are aborted or in open transactions" if others else None
    return ControlError(408, text, field="wait_for", hint=hint)


def _refused(broker: Broker, topic: str, body: Asked, error: ApiError) -> ControlError:
    if error.code is not ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
        return ControlError(409, str(error), field="start")
    if topic in broker.image.topics:
        return ControlError(404, str(error), field="partition")
    return ControlError(404, str(error), field="topic", hint=nearest(topic, broker.image.topics))


def _shown(row: FoundRecord, render: Rendering) -> RecordShown:
    record = row.record
    key, key_encoding = rendered(record.key, render)
    value, value_encoding = rendered(record.value, render)
    return RecordShown(
        partition=row.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp,
        key=key,
        key_encoding=key_encoding,
        value=value,
        value_encoding=value_encoding,
        tombstone=record.value is None,
        headers=[_header(header, render) for header in record.headers],
        outcome=row.outcome.value,
        producer_id=None if row.producer_id < 0 else row.producer_id,
    )


def _header(header: Header, render: Rendering) -> RecordHeader:
    name, data = header
    value, encoding = rendered(data, render)
    return RecordHeader(
        key=name.encode("utf-8", "replace").decode(), value=value, encoding=encoding
    )


def rendered(data: bytes | None, render: Rendering) -> tuple[Any, Rendering | None]:
    """Bytes as JSON can carry them, and how that was done. What is no JSON is shown as text, what
    is no UTF-8 as base64."""
    if data is None:
        return None, None
    if render == "json":
        try:
            return json.loads(data, parse_constant=_no_json), "json"
        except (ValueError, RecursionError):
            render = "text"
    if render == "text":
        try:
            return data.decode(), "text"
        except UnicodeDecodeError:
            pass
    return base64.b64encode(data).decode(), "base64"


def _no_json(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


ROUTES = (
    Route(
        "GET",
        "/records/{topic}",
        "Read a topic without a group; wait for records.",
        Asked,
        Records,
        get_records,
        waits=True,
    ),
)
