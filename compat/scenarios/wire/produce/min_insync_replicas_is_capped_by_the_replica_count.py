"""min.insync.replicas 2 of a topic with one replica is no error, whatever the acks."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic(min_insync_replicas=2)
    for acks in (-1, 1):
        broker.ask("Produce", 9, **produce(topic, batch(b"a"), acks=acks))
