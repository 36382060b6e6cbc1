"""The keys 4 to 7, once sent between brokers and removed in 4.0, close the connection."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    for key in (4, 5, 6, 7):
        broker.raw(f"key {key} v0", header(key, 0, 1, None, flexible=False) + bytes(8))
