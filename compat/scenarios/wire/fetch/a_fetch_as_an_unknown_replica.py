"""A fetch with the id of a broker that is not a replica of the partition."""

from compat.wire import Wire, batch, fetch

FEATURE = "several brokers"


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    broker.ask("Fetch", 12, **fetch((topic, 0), replica_id=7))
