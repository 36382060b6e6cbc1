"""An unsigned varint that goes on after its fifth byte closes the connection."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    new = header(3, 9, 1, None, flexible=True)
    broker.raw("Metadata v9, a varint of six bytes", new + b"\x80" * 5 + b"\1" + bytes(8))
