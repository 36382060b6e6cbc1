"""Produce 0 to 2 is advertised for librdkafka's sake, and closes the connection when sent."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    for version in (0, 1, 2):
        data = header(0, version, 1, None, flexible=False) + bytes.fromhex("0001000003e800000000")
        broker.raw(f"Produce v{version}", data)
