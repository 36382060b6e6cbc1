"""From version 1 on an empty member id is INVALID_REQUEST."""

from compat.wire import Wire
from compat.wire.coordinators import enter


def run(broker: Wire) -> None:
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(broker.name("g"), "", broker.topic()))
