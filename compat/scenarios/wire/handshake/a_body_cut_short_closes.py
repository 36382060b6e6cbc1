"""A body that ends too early closes the connection."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    broker.raw("Metadata v1 without a body", header(3, 1, 1, None, flexible=False))
    connection = broker.connect()
    frame = connection.frame("Metadata", 12, {"topics": [{"name": "a topic"}]})
    for less in (1, 4, 10):
        broker.raw(f"Metadata v12 without its last {less} bytes", frame[:-less])
