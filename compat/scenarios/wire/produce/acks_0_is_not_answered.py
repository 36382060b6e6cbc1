"""Produce with acks 0 gets no answer: the next one on the connection is the next request's."""

from compat.wire import Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    connection = broker.connect()
    connection.send("Produce", 9, **produce(topic, batch(b"x"), acks=0))
    broker.ask("Metadata", 9, on=connection, topics=[])
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
