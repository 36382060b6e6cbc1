"""The telemetry keys 71 and 72 close the connection as long as no receiver is configured."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    for key in (71, 72):
        broker.raw(f"key {key} v0", header(key, 0, 1, None, flexible=True) + bytes(17))
