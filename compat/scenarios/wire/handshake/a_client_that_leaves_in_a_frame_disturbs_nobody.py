"""A connection closed in the middle of a request leaves the broker as it was."""

import struct

from compat.wire import Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    connection = broker.connect()
    frame = connection.frame("Produce", 9, produce(topic, batch(b"x" * 1000)))
    connection.socket.sendall(struct.pack(">i", len(frame)) + frame[:-10])
    connection.close()
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
