"""ListConfigResources lists each broker and its loggers by the broker's id."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for kind in (4, 8):
        broker.ask("ListConfigResources", 1, resource_types=[kind])
