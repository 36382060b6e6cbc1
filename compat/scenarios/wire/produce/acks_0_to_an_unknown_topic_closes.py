"""Produce with acks 0 to a topic that does not exist closes the connection: the only way to say
that it failed."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    connection = broker.connect()
    connection.send("Produce", 9, **produce(broker.name("none"), batch(b"x"), acks=0))
    broker.outcome("Metadata", 9, on=connection, topics=[])
