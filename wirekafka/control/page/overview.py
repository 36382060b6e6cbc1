"""The first page: how much there is, what is wrong, who is behind, what was asked last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirekafka.control import faults as fault_routes
from wirekafka.control.page.query import Params, Query
from wirekafka.control.page.requests import newest, rows
from wirekafka.control.page.steering import STEPS
from wirekafka.control.routes import Answer
from wirekafka.instrument.group_views import view_groups

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_ROWS = 8


class Figures(Answer):
    """How much there is, without Kafka's own topics."""

    topics: int
    partitions: int
    groups: int
    members: int
    connections: int
    requests: int
    received_bytes: int


async def overview(broker: Broker, query: Query, params: Params) -> dict[str, Any]:
    topics = [topic for topic in broker.image.topics.values() if not topic.internal]
    groups = await view_groups(broker, lambda _: True)
    server = broker.server
    return {
        "figures": Figures(
            topics=len(topics),
            partitions=sum(len(topic.partitions) for topic in topics),
            groups=len(groups),
            members=sum(len(group.members) for group in groups),
            connections=len(server.connections),
            requests=server.served,
            received_bytes=server.received_bytes,
        ),
        "groups": sorted(groups, key=lambda group: -group.lag)[:_ROWS],
        "mistakes": broker.observer.doctor.mistakes()[:_ROWS],
        "faults": (await fault_routes.read(broker, None, {})).faults[:_ROWS],
        "rows": rows(broker, newest(broker)[: -_ROWS - 1 : -1]),
        "steps": STEPS,
    }
