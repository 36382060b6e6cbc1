"""A request that arrives one byte at a time is answered as any other."""

import struct

from compat.wire import Wire


def run(broker: Wire) -> None:
    connection = broker.connect()
    frame = connection.frame("Metadata", 9, {"topics": []})
    for byte in struct.pack(">i", len(frame)) + frame:
        connection.socket.sendall(bytes([byte]))
    data = connection.receive_raw()
    broker.record("Metadata v9", data if isinstance(data, str) else "answered")
