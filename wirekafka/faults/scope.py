"""What a request names that a fault can be about, and how a request is divided by it.

Requests name partitions in rows of topics, each with cells of partitions, and groups in a field or
in rows. Where the answer has an entry for each, an error that a rule has for some of them leaves
the others alone: the request is divided in two, and the two answers are joined.

Source: the message definitions in `protocol/schemas`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.uuids import ZERO_UUID

from wirekafka.faults.table import Hit, Place

GROUP_KEY = 0
"""The key type of FindCoordinator for which its keys are groups."""


class Names(Protocol):
    """What the broker knows and a request does not say."""

    def topic_of(self, topic_id: bytes) -> str | None:
        """The name of a topic id."""

    def all_topics(self) -> Iterable[str]:
        """What Metadata without a list asks for."""

    def session_places(self, session_id: int) -> Iterable[Place]:
        """What a consumer reads in a fetch session."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where a request names partitions: lists of rows, one in the other, parted by dots. `cells`
    and `index` are None where a row has none, or a cell is a number itself."""

    path: str = "topics"
    name: str = "name"
    cells: str | None = "partitions"
    index: str | None = "partition_index"


_NUMBERS = _Rows(cells="partition_indexes", index=None)
_TOPICS_ONLY = _Rows(cells=None)
_BY_TOPIC = _Rows(name="topic", index="partition")

_ROWS: dict[int, tuple[_Rows, ...]] = {
    ApiKey.PRODUCE: (_Rows("topic_data", cells="partition_data", index="index"),),
    ApiKey.FETCH: (_BY_TOPIC,),
    ApiKey.LIST_OFFSETS: (_Rows(),),
    ApiKey.METADATA: (_TOPICS_ONLY,),
    ApiKey.OFFSET_COMMIT: (_Rows(),),
    ApiKey.OFFSET_FETCH: (
        _NUMBERS,
        _Rows("groups.topics", cells="partition_indexes", index=None),
    ),
    ApiKey.CREATE_TOPICS: (_TOPICS_ONLY,),
    ApiKey.DELETE_TOPICS: (_TOPICS_ONLY, _Rows("topic_names", cells=None)),
    ApiKey.DELETE_RECORDS: (_Rows(),),
    ApiKey.OFFSET_FOR_LEADER_EPOCH: (_BY_TOPIC,),
    ApiKey.ADD_PARTITIONS_TO_TXN: (
        _Rows("v3_and_below_topics", index=None),
        _Rows("transactions.topics", index=None),
    ),
    ApiKey.WRITE_TXN_MARKERS: (_Rows("markers.topics", cells="partition_indexes", index=None),),
    ApiKey.TXN_OFFSET_COMMIT: (_Rows(),),
    ApiKey.CREATE_PARTITIONS: (_TOPICS_ONLY,),
    ApiKey.ELECT_LEADERS: (_Rows("topic_partitions", name="topic", index=None),),
    ApiKey.OFFSET_DELETE: (_Rows(),),
    ApiKey.DESCRIBE_PRODUCERS: (_NUMBERS,),
    ApiKey.DESCRIBE_TOPIC_PARTITIONS: (_TOPICS_ONLY,),
}

_GROUP_FIELDS: dict[int, tuple[str, ...]] = {
    ApiKey.OFFSET_COMMIT: ("group_id",),
    ApiKey.OFFSET_FETCH: ("group_id", "groups"),
    ApiKey.FIND_COORDINATOR: ("key", "coordinator_keys"),
    ApiKey.JOIN_GROUP: ("group_id",),
    ApiKey.HEARTBEAT: ("group_id",),
    ApiKey.LEAVE_GROUP: ("group_id",),
    ApiKey.SYNC_GROUP: ("group_id",),
    ApiKey.DESCRIBE_GROUPS: ("groups",),
    ApiKey.ADD_OFFSETS_TO_TXN: ("group_id",),
    ApiKey.TXN_OFFSET_COMMIT: ("group_id",),
    ApiKey.DELETE_GROUPS: ("groups_names",),
    ApiKey.OFFSET_DELETE: ("group_id",),
    ApiKey.CONSUMER_GROUP_HEARTBEAT: ("group_id",),
    ApiKey.CONSUMER_GROUP_DESCRIBE: ("group_ids",),
}

_TOPIC_ANSWERS: dict[int, tuple[str, str | None]] = {
    ApiKey.PRODUCE: ("responses", "partition_responses"),
    ApiKey.LIST_OFFSETS: ("topics", "partitions"),
    ApiKey.OFFSET_COMMIT: ("topics", "partitions"),
    ApiKey.DELETE_RECORDS: ("topics", "partitions"),
    ApiKey.OFFSET_FOR_LEADER_EPOCH: ("topics", "partitions"),
    ApiKey.TXN_OFFSET_COMMIT: ("topics", "partitions"),
    ApiKey.CREATE_TOPICS: ("topics", None),
    ApiKey.CREATE_PARTITIONS: ("results", None),
}
"""Of the APIs that answer for each partition or topic: the answer's rows, and their cells."""

_GROUP_ANSWERS: dict[int, tuple[str, str]] = {
    ApiKey.OFFSET_FETCH: ("groups", "groups"),
    ApiKey.FIND_COORDINATOR: ("coordinator_keys", "coordinators"),
    ApiKey.DESCRIBE_GROUPS: ("groups", "groups"),
    ApiKey.DELETE_GROUPS: ("groups_names", "results"),
    ApiKey.CONSUMER_GROUP_DESCRIBE: ("group_ids", "groups"),
}
"""Of those that answer for each group: the request's rows and the answer's."""


def places_of(api_key: int, request: Any, names: Names) -> list[Place]:
    """The partitions that a request names; (topic, None) where it names a topic as a whole."""
    if api_key == ApiKey.METADATA and request.topics is None:
        return [(topic, None) for topic in names.all_topics()]
    places = [
        place
        for rows in _ROWS.get(api_key, ())
        for row in _follow(request, rows.path)
        for place in _of_row(row, rows, names)
    ]
    if api_key == ApiKey.FETCH and request.session_id:
        places += names.session_places(request.session_id)
    return places


def groups_of(api_key: int, request: Any) -> list[str]:
    """The groups that a request names."""
    if api_key == ApiKey.FIND_COORDINATOR and request.key_type != GROUP_KEY:
        return []
    found: list[str] = []
    for field in _GROUP_FIELDS.get(api_key, ()):
        value = getattr(request, field)
        if isinstance(value, str):
            found += [value] if value else []
        else:
            found += map(_group_of, value)
    return found


def divide(api_key: int, request: Any, hit: Hit, names: Names) -> tuple[Any, Any] | None:
    """The part of the request that the rule names, and the rest. None: it is one thing, or there is
    no rest."""
    if hit.places:
        if api_key not in _TOPIC_ANSWERS:
            return None
        (rows,) = _ROWS[api_key]
        named, rest = _divide_rows(getattr(request, rows.path), rows, set(hit.places), names)
        path = rows.path
    elif hit.groups and api_key in _GROUP_ANSWERS:
        path, _ = _GROUP_ANSWERS[api_key]
        is_named = set(hit.groups).__contains__
        listed = getattr(request, path)
        named = [row for row in listed if is_named(_group_of(row))]
        rest = [row for row in listed if not is_named(_group_of(row))]
    else:
        return None
    return (_with(request, path, named), _with(request, path, rest)) if named and rest else None


def join(api_key: int, hit: Hit, answer: Any, refused: Any) -> Any:
    """The answer to the rest, with that to the named part behind it."""
    if not hit.places:
        _, path = _GROUP_ANSWERS[api_key]
        getattr(answer, path).extend(getattr(refused, path))
        return answer
    path, cells = _TOPIC_ANSWERS[api_key]
    rows = getattr(answer, path)
    by_topic = {_key_of(row): row for row in rows}
    for row in getattr(refused, path):
        same = by_topic.get(_key_of(row))
        if same is None or cells is None:
            rows.append(row)
        else:
            getattr(same, cells).extend(getattr(row, cells))
    return answer


def topic_of(row: Any, name_field: str, names: Names) -> str | None:
    """The name of the topic that a row is about; None when nobody knows it."""
    if isinstance(row, str):
        return row
    name: str | None = getattr(row, name_field)
    if name:
        return name
    topic_id = getattr(row, "topic_id", ZERO_UUID)
    return names.topic_of(topic_id) if topic_id != ZERO_UUID else None


def _follow(start: Any, path: str) -> Iterator[Any]:
    """The rows at the end of a path; a list that is null has none."""
    first, _, further = path.partition(".")
    for row in getattr(start, first) or ():
        if further:
            yield from _follow(row, further)
        else:
            yield row


def _of_row(row: Any, rows: _Rows, names: Names) -> list[Place]:
    topic = topic_of(row, rows.name, names)
    if topic is None:
        return []
    if rows.cells is None:
        return [(topic, None)]
    return [(topic, _index_of(cell, rows)) for cell in getattr(row, rows.cells) or ()]


def _divide_rows(
    listed: list[Any], rows: _Rows, places: set[Place], names: Names
) -> tuple[list[Any], list[Any]]:
    named: list[Any] = []
    rest: list[Any] = []
    for row in listed:
        topic = topic_of(row, rows.name, names)
        if topic is None:
            rest.append(row)
        elif rows.cells is None:
            (named if (topic, None) in places else rest).append(row)
        else:
            cells = getattr(row, rows.cells)
            hit = [cell for cell in cells if (topic, _index_of(cell, rows)) in places]
            missed = [cell for cell in cells if (topic, _index_of(cell, rows)) not in places]
            named += [_with(row, rows.cells, hit)] if hit else []
            rest += [_with(row, rows.cells, missed)] if missed or not hit else []
    return named, rest


def _index_of(cell: Any, rows: _Rows) -> int:
    index: int = cell if rows.index is None else getattr(cell, rows.index)
    return index


def _group_of(row: Any) -> str:
    group: str = row if isinstance(row, str) else row.group_id
    return group


def _key_of(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, field, None) for field in ("name", "topic", "topic_id"))


def _with(message: Any, field: str, value: Any) -> Any:
    changed = copy.copy(message)
    setattr(changed, field, value)
    return changed
