"""AddPartitionsToTxn from v4 on takes many transactions; one that only verifies says which
partitions were added."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, begin, verify_partitions


def run(broker: Wire) -> None:
    topic, other, (name, producer) = broker.topic(), broker.topic("other"), begin(broker)
    for version in (4, 5):
        broker.ask("AddPartitionsToTxn", version, **verify_partitions(name, producer, topic))
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    for version in (4, 5):
        body = verify_partitions(name, producer, topic, other)
        broker.ask("AddPartitionsToTxn", version, **body)
