"""The list of topics, and one topic: its partitions, configs, groups and records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.uuids import uuid_text

from wirekafka.control.errors import ControlError, unknown
from wirekafka.control.page import record_pages
from wirekafka.control.page.bytes_shown import Shown, View, brief, whole
from wirekafka.control.page.query import Params, Query, choice, number
from wirekafka.control.page.record_pages import RecordPage
from wirekafka.instrument.group_views import view_groups
from wirekafka.instrument.read_records import FoundRecord
from wirekafka.metadata.model import TopicImage

if TYPE_CHECKING:
    from wirekafka.broker import Broker
    from wirekafka.partition.partition import Partition

TOPICS_ON_A_PAGE = 100
PARTITIONS_ON_A_PAGE = 50

VIEWS: tuple[View, ...] = ("auto", "text", "json", "hex")
_BRIEF_HEADERS = 4


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic in the list. `records` counts offsets, markers and compacted records included."""

    name: str
    internal: bool
    partitions: int
    offline: int
    records: int
    size: int
    configs: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PartitionRow:
    """A partition; `is_here` is False where this broker has no replica of it."""

    index: int
    leader: int
    leader_epoch: int
    is_here: bool
    start: int = 0
    end: int = 0
    size: int = 0
    offline: bool = False


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record in the list."""

    partition: int
    offset: int
    timestamp: int
    key: Shown
    value: Shown
    value_bytes: int
    headers: list[tuple[str, Shown]]
    more_headers: int
    outcome: str


async def topics(broker: Broker, query: Query, params: Params) -> dict[str, Any]:
    """Names that contain `q`; Kafka's own with `internal`."""
    wanted, with_internal = query.get("q", "").strip().lower(), "internal" in query
    names = sorted(
        topic.name
        for topic in broker.image.topics.values()
        if (with_internal or not topic.internal) and wanted in topic.name.lower()
    )
    last_page = max(0, len(names) - 1) // TOPICS_ON_A_PAGE
    page = min(number(query, "page") or 0, last_page)
    shown = names[page * TOPICS_ON_A_PAGE :][:TOPICS_ON_A_PAGE]
    return {
        "rows": [_topic_row(broker, broker.image.topics[name]) for name in shown],
        "found": len(names),
        "first": page * TOPICS_ON_A_PAGE + 1,
        "page": page,
        "last_page": last_page,
        "q": query.get("q", ""),
        "with_internal": with_internal,
    }


async def topic(broker: Broker, query: Query, params: Params) -> dict[str, Any]:
    """With `partition`: its records `before` or `from` an offset; else the newest of all."""
    image = _existing(broker, params["topic"])
    partitions = _partitions_here(broker, image.name)
    index = number(query, "partition")
    chosen = partitions.get(index) if index is not None else None
    error, page = None, RecordPage([])
    try:
        page = _page(broker, query, list(partitions.values()), chosen)
    except ApiError as refused:
        error = str(refused)
    view = choice(query, "view", VIEWS)
    places = list(range(len(image.partitions))[:PARTITIONS_ON_A_PAGE])
    if chosen is not None and chosen.index not in places:
        places[-1] = chosen.index
    return {
        "topic": _topic_row(broker, image),
        "topic_id": uuid_text(image.topic_id),
        "partitions": [_partition_row(image, place, partitions.get(place)) for place in places],
        "partition_count": len(image.partitions),
        "groups": await _groups_of(broker, image.name),
        "chosen": chosen.index if chosen is not None else None,
        "rows": [_record_row(row, view) for row in page.rows],
        "page": page,
        "is_newest": page.newer is None and "from" not in query,
        "error": error,
        "view": view,
        "views": VIEWS,
    }


async def record(broker: Broker, query: Query, params: Params) -> dict[str, Any]:
    """One record, all of it that a browser can show."""
    image = _existing(broker, params["topic"])
    place, offset = number(params, "partition"), number(params, "offset")
    partition = _partitions_here(broker, image.name).get(-1 if place is None else place)
    if partition is None or offset is None:
        raise ControlError(404, f"{image.name} has no partition {params['partition']} here")
    try:
        found = record_pages.one(broker, partition, offset)
    except ApiError as refused:
        raise ControlError(409, str(refused)) from None
    view = choice(query, "view", VIEWS)
    return {
        "name": image.name,
        "partition": partition.index,
        "offset": offset,
        "start": partition.log.log_start_offset,
        "end": partition.high_watermark,
        "found": found,
        "key": whole(found.record.key, view) if found else None,
        "value": whole(found.record.value, view) if found else None,
        "headers": [
            (name, whole(data, "auto" if view == "json" else view))
            for name, data in (found.record.headers if found else ())
        ],
        "view": view,
        "views": VIEWS,
    }


def _page(
    broker: Broker, query: Query, partitions: list[Partition], chosen: Partition | None
) -> RecordPage:
    if chosen is None:
        return record_pages.newest(broker, partitions)
    start = number(query, "from")
    if start is not None:
        return record_pages.after(broker, chosen, start)
    return record_pages.before(broker, chosen, number(query, "before"))


def _existing(broker: Broker, name: str) -> TopicImage:
    found = broker.image.topics.get(name)
    if found is None:
        raise unknown("topic", name, "topic", broker.image.topics)
    return found


def _partitions_here(broker: Broker, name: str) -> dict[int, Partition]:
    here = broker.partitions.by_name.get(name)
    if here is None:
        return {}
    return {one.index: one for one in here.partitions if one is not None}


def _topic_row(broker: Broker, image: TopicImage) -> TopicRow:
    here = _partitions_here(broker, image.name).values()
    return TopicRow(
        name=image.name,
        internal=image.internal,
        partitions=len(image.partitions),
        offline=sum(one.offline for one in here),
        records=sum(one.high_watermark - one.log.log_start_offset for one in here),
        size=sum(one.log.size for one in here),
        configs=sorted(image.configs.items()),
    )


def _partition_row(image: TopicImage, index: int, here: Partition | None) -> PartitionRow:
    known = image.partitions[index]
    if here is None:
        return PartitionRow(index, known.leader, known.leader_epoch, is_here=False)
    return PartitionRow(
        index,
        known.leader,
        known.leader_epoch,
        is_here=True,
        start=here.log.log_start_offset,
        end=here.high_watermark,
        size=here.log.size,
        offline=here.offline,
    )


async def _groups_of(broker: Broker, name: str) -> list[tuple[str, str, int, int]]:
    """Group, state, members and lag of those that read the topic."""
    found = []
    for group in await view_groups(broker, lambda _: True):
        rows = [row for row in group.offsets if row.topic == name]
        if rows or name in (group.subscribed or ()):
            lag = sum(row.lag or 0 for row in rows)
            found.append((group.group_id, group.state, len(group.members), lag))
    return found


def _record_row(found: FoundRecord, view: View) -> RecordRow:
    record = found.record
    return RecordRow(
        partition=found.partition,
        offset=record.offset,
        timestamp=record.timestamp,
        key=brief(record.key, view),
        value=brief(record.value, view),
        value_bytes=len(record.value or b""),
        headers=[(name, brief(data)) for name, data in record.headers[:_BRIEF_HEADERS]],
        more_headers=max(0, len(record.headers) - _BRIEF_HEADERS),
        outcome=found.outcome.value,
    )
