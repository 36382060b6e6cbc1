"""A client may not add a partition of an internal topic to a transaction."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, begin, verify_partitions


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    offsets, states = "__consumer_offsets", "__transaction_state"
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, producer, offsets, topic, states))
    body = verify_partitions(name, producer, offsets, topic, verify_only=False)
    broker.ask("AddPartitionsToTxn", 5, **body)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
