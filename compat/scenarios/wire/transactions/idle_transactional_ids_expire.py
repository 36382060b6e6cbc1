"""A transactional id that nobody used for transactional.id.expiration.ms is forgotten: 105, 49 to
its producer, and a new producer id for the next; one with an open transaction stays."""

from compat.wire import Message, Wire
from compat.wire.coordinators import add_partitions, begin, end, init_producer_id, opened

SETTINGS = {
    "transactional.id.expiration.ms": "500",
    "transaction.remove.expired.transaction.cleanup.interval.ms": "100",
}


def run(broker: Wire) -> None:
    topic = broker.topic()
    busy, its = opened(broker, topic, short="busy")
    name, producer = begin(broker)
    broker.until(_gone, "DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("DescribeTransactions", 0, transactional_ids=[name, busy])
    broker.ask("EndTxn", 3, **end(name, producer, committed=True))
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.ask("InitProducerId", 4, **init_producer_id(name, producer))
    broker.ask("EndTxn", 3, **end(busy, its, committed=True))


def _gone(answer: Message) -> bool:
    return bool(answer["transaction_states"][0]["error_code"] == 105)
