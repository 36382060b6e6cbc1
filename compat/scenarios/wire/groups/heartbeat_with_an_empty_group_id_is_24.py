"""The empty group id is INVALID_GROUP_ID to Heartbeat."""

from compat.wire import Wire
from compat.wire.coordinators import heartbeat


def run(broker: Wire) -> None:
    broker.ask("Heartbeat", 4, **heartbeat("", "nobody"))
