"""The one table of what the control port answers.

A module of a noun has a tuple `ROUTES` and its name in `NOUNS`; that is all there is to adding
one. What is served, and what /openapi.json says, is made from the table.

    class Advance(Body):            # unknown fields are refused
        seconds: float

    class Time(Answer):
        now_ms: int

    async def advance(broker: Broker, body: Advance, params: Params) -> Time: …

    ROUTES = (Route("POST", "/clock/advance", "Move time on.", Advance, Time, advance),)

A handler runs on the broker's loop: it may touch everything of the broker, must be short between
two awaits, and bounds every wait by a limit that the request gives. It raises ControlError for
what the client must hear; an ApiError of the broker is answered as 409 with Kafka's error name.

The module imports msgspec, so nothing that runs at the broker's start imports it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from wirekafka.control.errors import bad_request

if TYPE_CHECKING:
    from wirekafka.broker import Broker

NOUNS = (
    "ready",
    "metrics",
    "reset",
    "groups",
    "departures",
    "snapshots",
    "siblings",
    "records",
    "seed",
    "clock",
    "faults",
    "requests",
    "doctor",
    "addresses",
)
"""The modules of this package that have routes, in the order in which they are described."""

QUERY_METHODS = frozenset({"GET", "DELETE"})
"""Their `body` is read from the query string: field=value, repeated for a list."""

Params = Mapping[str, str]
"""The `{parameters}` of a route's path, percent-decoded."""


class Body(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What a request brings. A field that it does not have is an error."""

    MAX_BYTES: ClassVar[int] = 64 * 1024
    """Of the request's body: names and numbers, read at once."""


class Answer(msgspec.Struct, kw_only=True, gc=False):
    """What is answered, as JSON."""


@dataclass(frozen=True, slots=True)
class Content:
    """An answer that is bytes already, in pieces. With `file_name` a browser stores it."""

    pieces: Sequence[bytes]
    media_type: str = "application/json"
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path. `handle` gets the broker, a `body` (None when there is no type of
    one) and the path's parameters; it returns an `answer`, which may be `Content`."""

    method: str
    path: str
    summary: str
    body: type[Body] | None
    answer: Any
    handle: Callable[[Broker, Any, Params], Awaitable[Any]]
    while_starting: bool = False
    """Whether it is answered before the broker has started. The others then answer 503."""
    waits: bool = False
    """Whether it waits for something and changes nothing: then it ends when its client is gone."""


def all_routes() -> tuple[Route, ...]:
    """Every route of every noun."""
    routes: list[Route] = []
    for noun in NOUNS:
        routes += import_module(f"wirekafka.control.{noun}").ROUTES
    return tuple(routes)


def whole_number(params: Params, name: str) -> int:
    """A parameter of the path that must be a number of at least 0. ControlError 400 otherwise."""
    text = params[name]
    if not (text.isascii() and text.isdigit()):
        raise bad_request(f"{text!r} is not a whole number", name)
    return int(text)
