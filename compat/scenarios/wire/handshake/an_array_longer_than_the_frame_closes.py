"""An array that claims more elements than there are bytes closes the connection."""

from compat.wire import Wire, header, uvarint


def run(broker: Wire) -> None:
    old = header(3, 1, 1, None, flexible=False)
    new = header(3, 12, 1, None, flexible=True)
    broker.raw("Metadata v1, 2^31-1 topics", old + b"\x7f\xff\xff\xff")
    broker.raw("Metadata v12, 2^31-1 topics", new + uvarint(2**31 - 1) + bytes(8))
