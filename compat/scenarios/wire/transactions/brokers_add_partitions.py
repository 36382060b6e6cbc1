"""AddPartitionsToTxn from v4 on adds, too, when it does not only verify."""

from compat.wire import Wire
from compat.wire.coordinators import begin, verify_partitions, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    body = verify_partitions(name, producer, topic, verify_only=False)
    for version in (4, 5):
        broker.ask("AddPartitionsToTxn", version, **body)
    broker.ask("Produce", 9, **write(name, producer, topic, 0))
