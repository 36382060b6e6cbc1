"""Live requests: the newest of all connections, and one with its decoded bodies.

The newest are read from the ends of the tapes, so a look costs the same however much was recorded.
A filter looks at everything that was kept, like GET /requests; such a page is not renewed by
itself.
"""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wirekafka.control.errors import ControlError
from wirekafka.control.page.query import Params, Query, number
from wirekafka.control.requests import Filter, matching
from wirekafka.observe.exchanges import Exchange, exchanges
from wirekafka.observe.selection import groups_of, topics_of
from wirekafka.observe.surroundings import BrokerSurroundings
from wirekafka.observe.tape import Tape

if TYPE_CHECKING:
    from wirekafka.broker import Broker

NEWEST = 100
_NEWEST_WAKE_UPS = 400
"""A wake-up has at least one request or answer."""

_DECODED_ON_A_LINE_BYTES = 4096
"""A larger request or answer is not decoded for the list; its own page does that."""

MOST_BODY_CHARACTERS = 200_000
_FIELDS = ("client", "api", "topic", "group", "error")


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in the list."""

    exchange: Exchange
    time: int
    errors: list[str]
    about: list[str]


async def requests(broker: Broker, query: Query, params: Params) -> dict[str, Any]:
    """With any of the filters all that was kept; without, the newest."""
    filters = {name: query.get(name, "").strip() for name in _FIELDS}
    is_filtered = any(filters.values())
    found = await _chosen(broker, filters) if is_filtered else newest(broker)
    found = [one for one in reversed(found) if one.header is not None or not is_filtered]
    return {
        "rows": rows(broker, found[:NEWEST]),
        "filters": filters,
        "is_filtered": is_filtered,
        "found": len(found),
    }


async def request(broker: Broker, query: Query, params: Params) -> dict[str, Any]:
    """By its connection, and its place among what was kept of that one."""
    connection = number(params, "connection")
    correlation_id = number(params, "correlation_id")
    tapes = [tape for tape in broker.observer.recorder.tapes() if tape.number == connection]
    found = [
        one
        for one in exchanges(tapes)
        if one.header is not None and one.header.correlation_id == correlation_id
    ]
    if not found:
        text = f"request {params['correlation_id']} of connection {params['connection']}"
        raise ControlError(404, f"{text} is not kept (any more)")
    exchange = found[-1]
    return {
        "row": rows(broker, [exchange])[0],
        "asked": _body(exchange.request_fields),
        "answered": _body(exchange.answer_fields),
    }


def newest(broker: Broker) -> list[Exchange]:
    """Oldest first."""
    ends: list[tuple[float, int, Tape, tuple[Any, ...]]] = []
    for tape in broker.observer.recorder.tapes():
        ends += [
            (entry[1], -place, tape, entry)
            for place, entry in zip(range(_NEWEST_WAKE_UPS), reversed(tape.entries), strict=False)
        ]
    ends = heapq.nlargest(_NEWEST_WAKE_UPS, ends, key=lambda end: end[:2])
    counts: dict[int, tuple[Tape, int]] = {}
    for _, _, tape, _ in ends:
        counts[tape.number] = (tape, counts.get(tape.number, (tape, 0))[1] + 1)
    return exchanges(_end_of(tape, count) for tape, count in counts.values())


def rows(broker: Broker, found: list[Exchange]) -> list[RequestRow]:
    """As the table shows them."""
    recorder = broker.observer.recorder
    names = BrokerSurroundings(broker).topic_names() if found else {}
    return [_row(one, recorder.unix_ms(one.started), names) for one in found]


def _row(exchange: Exchange, time_ms: int, names: dict[str, str]) -> RequestRow:
    answer_bytes = exchange.answer.size if exchange.answer is not None else 0
    if exchange.request.size + answer_bytes > _DECODED_ON_A_LINE_BYTES:
        return RequestRow(exchange, time_ms, [], [])
    about = [*topics_of(exchange, names), *groups_of(exchange)]
    return RequestRow(exchange, time_ms, exchange.errors, list(filter(None, about)))


async def _chosen(broker: Broker, filters: dict[str, str]) -> list[Exchange]:
    wanted = Filter(
        client=filters["client"] or None,
        api=filters["api"] or None,
        topic=filters["topic"] or None,
        group=filters["group"] or None,
        error=filters["error"] or None,
    )
    return await matching(broker, wanted)


def _end_of(tape: Tape, count: int) -> Tape:
    """A tape with its newest wake-ups only; the other one is not touched."""
    end = Tape.__new__(Tape)
    for name in Tape.__slots__:
        setattr(end, name, getattr(tape, name))
    newest_first = zip(range(count), reversed(tape.entries), strict=False)
    end.entries = [entry for _, entry in newest_first]
    end.entries.reverse()
    return end


def _body(fields: dict[str, Any] | None) -> str | None:
    if fields is None:
        return None
    text = json.dumps(fields, indent=2, ensure_ascii=False, default=str)
    return text if len(text) <= MOST_BODY_CHARACTERS else text[:MOST_BODY_CHARACTERS] + "\n…"
