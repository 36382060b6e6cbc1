"""InitProducerId while a transaction is open aborts it and gives an epoch that is two higher; 51
while it is at it."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import add_partitions, begin, init_producer_id, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write(name, producer, topic, 0))
    got = broker.until(
        lambda answer: answer["error_code"] != 51, "InitProducerId", 4, **init_producer_id(name)
    )
    broker.record("InitProducerId v4, once it is not 51", got)
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
