"""GET and PUT /addresses: which address clients are told for this broker.

For each listener: what was set (`advertised`), and without it what the hint of a forwarded port
says, or else the address that each client has reached. A change counts from the next answer on,
also for clients that are connected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from wirekafka.control.errors import unknown
from wirekafka.control.routes import Answer, Body, Params, Route

if TYPE_CHECKING:
    from wirekafka.broker import Broker

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Host = Annotated[
    str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[^\s\x00-\x20\x7f\[\]/]+\Z")
]
"""A name or an address; without brackets, as clients are told it."""


class Place(Body):
    """A host and a port."""

    host: Host
    port: Port


class Forwarding(Body):
    """A forwarded port; without a host it is `localhost`, or the loopback address reached."""

    port: Port
    host: Host | None = None


class Change(Body):
    """`advertised` by listener, null to tell what was reached; `forwarded` is the hint, null to
    take it back. What is left out stays."""

    advertised: dict[str, Place | None] = msgspec.field(default_factory=dict)
    forwarded: Forwarding | msgspec.UnsetType | None = msgspec.UNSET


class Shown(Answer):
    """A listener: where it listens, and what is set for it."""

    listener: str
    listens_on: str
    advertised: str | None


class Told(Answer):
    """What one connection is told."""

    client: str
    connection: int | None
    reached: str
    told: str


class Addresses(Answer):
    """Everything about addresses; `forwarded` is [HOST:]PORT."""

    listeners: list[Shown]
    forwarded: str | None
    connections: list[Told]


async def shown(broker: Broker, body: None, params: Params) -> Addresses:
    server = broker.server
    forwarded = server.forwarded
    return Addresses(
        listeners=[
            Shown(
                listener=listener.name,
                listens_on=_text(listener.address),
                advertised=None if listener.advertised is None else _text(listener.advertised),
            )
            for listener in server.listeners
        ],
        forwarded=None
        if forwarded is None
        else (_text((forwarded.host, forwarded.port)) if forwarded.host else str(forwarded.port)),
        connections=[
            Told(
                client=connection.client_host,
                connection=connection.tape.number if connection.tape is not None else None,
                reached=_text(connection.reached),
                told=_text(connection.advertised),
            )
            for connection in server.connections
        ],
    )


async def changed(broker: Broker, body: Change, params: Params) -> Addresses:
    listeners = {listener.name: listener for listener in broker.server.listeners}
    for name in body.advertised:
        if name not in listeners:
            raise unknown("listener", name, f"advertised.{name}", listeners)
    for name, place in body.advertised.items():
        listeners[name].advertised = None if place is None else (place.host, place.port)
    if isinstance(body.forwarded, Forwarding):
        broker.server.forward((body.forwarded.host, body.forwarded.port))
    elif body.forwarded is None:
        broker.server.forward(None)
    broker.server.tell_addresses()
    return await shown(broker, None, params)


def _text(address: tuple[str, int]) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


ROUTES = (
    Route("GET", "/addresses", "Which address clients are told.", None, Addresses, shown),
    Route("PUT", "/addresses", "Tell clients another address.", Change, Addresses, changed),
)
