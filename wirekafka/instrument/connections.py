"""Who is connected, and how they are sent away.

A connection's client id is that of its ApiVersions request, with which nearly every client begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wirekafka.broker import Broker


@dataclass(frozen=True, slots=True)
class ConnectedClient:
    """All connections of one client id from one host; `software` is its library's name and
    version, as it gives them."""

    client_id: str
    host: str
    software: str
    connections: int


def connected_clients(broker: Broker) -> list[ConnectedClient]:
    """By client id and host."""
    counts: dict[tuple[str, str, str], int] = {}
    for connection in broker.server.connections:
        software = " ".join(filter(None, connection.software))
        key = connection.client_id, connection.client_host, software
        counts[key] = counts.get(key, 0) + 1
    return [ConnectedClient(*key, count) for key, count in sorted(counts.items())]


def disconnect(broker: Broker, clients: Iterable[ConnectedClient]) -> None:
    """Close their connections at once; what is unsent is lost."""
    unwanted = {(client.client_id, client.host) for client in clients}
    for connection in list(broker.server.connections):
        if (connection.client_id, connection.client_host) in unwanted:
            connection.abort()
