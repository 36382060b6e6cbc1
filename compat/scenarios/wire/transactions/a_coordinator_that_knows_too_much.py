"""The same producer in the transactions of two ids, and a transactional id of 10,000
characters."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, begin, end, init_producer_id, verify_partitions


def run(broker: Wire) -> None:
    topic, (one, first), (two, second) = broker.topic(), begin(broker, "a"), begin(broker, "b")
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(two, first, topic))
    broker.ask("AddPartitionsToTxn", 5, **verify_partitions(one, second, topic))
    broker.ask("EndTxn", 5, **end(one, second, committed=True))
    long = broker.name("x" * 10_000)
    got = broker.quiet("InitProducerId", 4, **init_producer_id(long))
    broker.record("InitProducerId v4 of a long id", got["error_code"])
