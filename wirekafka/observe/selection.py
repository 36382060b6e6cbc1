"""Which of the recorded requests somebody wants to see.

What the header says is looked at first, so that only what may be meant is decoded. A topic or a
group is looked for in the request and, because incremental fetches do not name what they read, in
the answer, too. Topics that are called by their id are found by their name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wirekafka_protocol.uuids import ZERO_UUID, uuid_text

from wirekafka.observe.exchanges import Exchange

_TOPIC_FIELDS = frozenset({"topic", "topic_name", "topic_id"})
_TOPIC_LISTS = frozenset({"topics", "topic_data", "responses", "topic_names"})
_NO_ID = uuid_text(ZERO_UUID)
_GROUP_FIELDS = frozenset({"group_id", "groups", "group_ids", "groups_names"})


@dataclass(slots=True, frozen=True)
class Selection:
    """None is anything. `client` is a client id, a software name or an address; `since_ms` Unix
    milliseconds; `error` the name of an error code in the answer."""

    client: str | None = None
    api: str | None = None
    topic: str | None = None
    group: str | None = None
    error: str | None = None
    connection: int | None = None
    since_ms: int | None = None


def chosen(
    found: Iterable[Exchange],
    wanted: Selection,
    *,
    since: float,
    topic_names: Mapping[str, str],
) -> Iterator[Exchange]:
    """Those that are wanted, in order. `since` is `since_ms` in the recorder's time;
    `topic_names` has names by the text of ids."""
    for exchange in found:
        if is_chosen(exchange, wanted, since=since, topic_names=topic_names):
            yield exchange


def is_chosen(
    exchange: Exchange, wanted: Selection, *, since: float, topic_names: Mapping[str, str]
) -> bool:
    """Whether it is one of those; as `chosen`."""
    if exchange.started < since or not _is_header_wanted(exchange, wanted):
        return False
    if wanted.topic is not None and wanted.topic not in topics_of(exchange, topic_names):
        return False
    if wanted.group is not None and wanted.group not in groups_of(exchange):
        return False
    return wanted.error is None or wanted.error in exchange.errors


def topics_of(exchange: Exchange, topic_names: Mapping[str, str]) -> list[str]:
    """The topics that it is about, each once."""
    named = [*_named_topics(exchange.request_fields), *_named_topics(exchange.answer_fields)]
    return list(dict.fromkeys(topic_names.get(name, name) for name in named if name != _NO_ID))


def groups_of(exchange: Exchange) -> list[str]:
    """The groups that it is about, each once."""
    fields = exchange.request_fields or {}
    named = list(_named_groups(fields))
    if exchange.api == "FindCoordinator" and fields.get("key_type") == 0:
        named += [key for key in (fields.get("key"), *fields.get("coordinator_keys", ())) if key]
    return list(dict.fromkeys(named))


def _is_header_wanted(exchange: Exchange, wanted: Selection) -> bool:
    tape = exchange.tape
    if wanted.connection is not None and tape.number != wanted.connection:
        return False
    if wanted.api is not None and exchange.api.lower() != wanted.api.lower():
        return False
    return wanted.client is None or wanted.client in (
        exchange.client_id,
        tape.client_software[0],
        tape.client_host,
        f"{tape.client_host}:{tape.client_port}",
    )


def _named_topics(value: Any, name: str = "", parent: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _named_topics(inner, key, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _named_topics(inner, name, name)
    elif isinstance(value, str) and (
        name in _TOPIC_FIELDS or name in _TOPIC_LISTS or (name == "name" and parent in _TOPIC_LISTS)
    ):
        yield value


def _named_groups(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _named_groups(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _named_groups(inner, name)
    elif isinstance(value, str) and name in _GROUP_FIELDS:
        yield value
