"""GET /live and GET /ready: the two questions of those who run a broker.

Live means that the process answers. Ready means that the broker serves Kafka requests and every
coordinator has read its log; until then /ready answers 503 and says what is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import wirekafka
from wirekafka.control.errors import ControlError
from wirekafka.control.routes import Answer, Params, Route

if TYPE_CHECKING:
    from wirekafka.broker import Broker


class Live(Answer):
    """The process answers."""

    live: bool


class Ready(Answer):
    """The broker serves. `bootstrap` holds the host:port of each listener."""

    ready: bool
    version: str
    cluster_id: str
    node_id: int
    bootstrap: list[str]
    topics: int


async def live(broker: Broker, body: None, params: Params) -> Live:
    return Live(live=True)


async def ready(broker: Broker, body: None, params: Params) -> Ready:
    loading = broker.groups.loading_partitions() + broker.transactions.loading_partitions()
    if loading:
        raise ControlError(503, f"{len(loading)} coordinators are reading their logs")
    if broker.failed.is_set():
        raise ControlError(503, "the broker has failed and stops")
    return Ready(
        ready=True,
        version=wirekafka.__version__,
        cluster_id=broker.cluster_id,
        node_id=broker.node_id,
        bootstrap=[_host_port(*address) for address in broker.addresses],
        topics=sum(not topic.internal for topic in broker.image.topics.values()),
    )


def _host_port(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


ROUTES = (
    Route("GET", "/live", "Whether the process answers.", None, Live, live, while_starting=True),
    Route("GET", "/ready", "Whether the broker serves; 503 until it does.", None, Ready, ready),
)
