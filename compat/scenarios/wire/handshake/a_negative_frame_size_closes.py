"""A frame size below zero closes the connection."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for size in (-1, -(2**31)):
        broker.raw(f"size {size}", b"", size=size)
