"""With one unknown topic none is added: it is UNKNOWN_TOPIC_OR_PARTITION, the others
OPERATION_NOT_ATTEMPTED."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, begin


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    body = add_partitions(name, producer, topic, broker.name("none"))
    broker.ask("AddPartitionsToTxn", 3, **body)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, producer))
