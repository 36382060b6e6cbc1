"""An API key that never existed closes the connection without an answer."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    for key in (999, 32_767, -1):
        broker.raw(f"key {key} v0", header(key, 0, 1, None, flexible=False) + bytes(8))
