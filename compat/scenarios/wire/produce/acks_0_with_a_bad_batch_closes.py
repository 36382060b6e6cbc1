"""Produce with acks 0 and a wrong checksum closes the connection."""

from compat.wire import Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    connection = broker.connect()
    connection.send("Produce", 9, **produce(topic, batch(b"x", crc=1), acks=0))
    broker.outcome("Metadata", 9, on=connection, topics=[])
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
