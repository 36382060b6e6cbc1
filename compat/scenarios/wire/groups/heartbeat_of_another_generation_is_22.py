"""A heartbeat with a generation that is not the current one is ILLEGAL_GENERATION."""

from compat.wire import Wire
from compat.wire.coordinators import heartbeat


def run(broker: Wire) -> None:
    group = broker.name("g")
    member = broker.stable_group(group)
    for generation in (-1, 0, 2):
        broker.ask("Heartbeat", 4, **heartbeat(group, member, generation))
