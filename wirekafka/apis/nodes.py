"""Where the brokers of the cluster are reached, as a client of one listener is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wirekafka.apis.context import RequestContext

if TYPE_CHECKING:
    from wirekafka.broker import Broker


def nodes(broker: Broker, context: RequestContext) -> Iterator[tuple[int, str, int, str | None]]:
    """(broker id, host, port, rack) of each live broker that has the client's listener.

    This broker is where the client reached it, unless it advertises something else.
    """
    for broker_id, registered in sorted(broker.image.brokers.items()):
        if broker_id == broker.node_id:
            yield broker_id, *context.advertised, registered.rack
            continue
        for endpoint in registered.endpoints:
            if endpoint.listener == context.listener:
                yield broker_id, endpoint.host, endpoint.port, registered.rack


def node(broker: Broker, context: RequestContext, broker_id: int) -> tuple[str, int] | None:
    """Host and port of one live broker; None when this client cannot reach it."""
    for found_id, host, port, _ in nodes(broker, context):
        if found_id == broker_id:
            return host, port
    return None
