"""With socket.request.max.bytes lowered, a larger frame closes the connection and one of that
size is answered."""

from compat.wire import Wire

SETTINGS = {"socket.request.max.bytes": "2000"}


def run(broker: Wire) -> None:
    for size in (2000, 2001):
        connection = broker.connect()
        frame = connection.frame("Metadata", 1, {"topics": []})
        broker.raw(f"Metadata v1 in {size} bytes", frame + bytes(size - len(frame)), on=connection)
