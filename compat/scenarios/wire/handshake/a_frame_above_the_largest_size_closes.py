"""A frame size above socket.request.max.bytes (100 MiB) closes the connection at once."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for size in (104_857_601, 2**31 - 1):
        broker.raw(f"size {size}", b"", size=size)
