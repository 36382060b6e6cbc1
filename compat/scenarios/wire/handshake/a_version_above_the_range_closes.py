"""A version above the served range of any API but ApiVersions closes the connection."""

from compat.wire import Wire, header

ABOVE = {0: 14, 1: 19, 2: 12, 3: 14, 8: 11, 9: 11, 10: 7, 11: 10, 12: 5, 13: 6, 14: 6, 15: 7, 16: 6}


def run(broker: Wire) -> None:
    for key, version in ABOVE.items():
        data = header(key, version, 1, None, flexible=True) + bytes(20)
        broker.raw(f"key {key} v{version}", data)
