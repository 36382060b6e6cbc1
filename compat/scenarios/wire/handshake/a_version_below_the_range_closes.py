"""A version below the served range closes the connection, and so does a negative one."""

from compat.wire import Wire, header

BELOW = ((1, 3), (2, 0), (3, -1), (8, 1), (9, 0), (19, 1), (20, 0), (23, 1), (32, 0))


def run(broker: Wire) -> None:
    for key, version in BELOW:
        data = header(key, version, 1, None, flexible=False) + bytes(20)
        broker.raw(f"key {key} v{version}", data)
