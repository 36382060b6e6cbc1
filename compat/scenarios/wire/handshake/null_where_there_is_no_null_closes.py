"""Null for a text that is not nullable closes the connection."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    old = header(3, 1, 1, None, flexible=False)
    new = header(3, 9, 1, None, flexible=True)
    broker.raw("Metadata v1, a null name", old + b"\0\0\0\1" + b"\xff\xff")
    broker.raw("Metadata v9, a null name", new + b"\2" + b"\0" + b"\0" + b"\1\0\0\0")
    broker.raw("DeleteTopics v3, null names", header(20, 3, 1, None, flexible=False) + b"\xff" * 8)
