"""A heartbeat that does not join, to a group that does not exist, is GROUP_ID_NOT_FOUND, leaving
included."""

from compat.wire import Wire
from compat.wire.coordinators import beat


def run(broker: Wire) -> None:
    for epoch in (5, -1, -2):
        more = {"instance_id": "one"} if epoch == -2 else {}
        body = beat(broker.name("g"), "m", epoch, **more)
        broker.ask("ConsumerGroupHeartbeat", 1, **body)
