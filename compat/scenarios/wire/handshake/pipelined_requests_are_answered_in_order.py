"""Requests sent at once are answered one after the other in their order."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    connection = broker.connect()
    sent = [
        connection.send("Metadata", 9, topics=[]),
        connection.send("Produce", 9, **produce(topic, batch(b"a"))),
        connection.send("Produce", 9, **produce(topic, batch(b"b"), acks=1)),
        connection.send("FindCoordinator", 1, key="g", key_type=0),
        connection.send("Metadata", 1, topics=[]),
    ]
    for number, pending in enumerate(sent):
        broker.receive(connection, pending, what=f"number {number}")
