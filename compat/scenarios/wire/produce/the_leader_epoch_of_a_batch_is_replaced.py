"""The partition leader epoch that a client wrote is replaced by the leader's, without touching
the checksum."""

from compat.wire import Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for epoch in (77, -5):
        broker.ask("Produce", 9, **produce(topic, batch(b"a", b"b", leader_epoch=epoch)))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
