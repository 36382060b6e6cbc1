"""A frame of no bytes closes the connection."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    broker.raw("size 0", b"")
