"""DescribeProducers shows the producers of a partition and where their open transactions began."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    wanted = [{"name": topic, "partition_indexes": [0]}]
    broker.ask("DescribeProducers", 0, topics=wanted)
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write(name, producer, topic, 0))
    broker.ask("DescribeProducers", 0, topics=wanted)
    broker.quiet("EndTxn", 3, **end(name, producer, committed=False))
    settled(broker, name)
    broker.ask("DescribeProducers", 0, topics=wanted)
