"""The first batch of a producer that the partition does not know: whether it may begin at another
sequence than 0, by the old protocol and the new."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, begin, write


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = begin(broker, "old")
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    for sequence in (5, 6, 0):
        broker.ask("Produce", 9, **write(name, producer, topic, sequence))
    name, producer = begin(broker, "new")
    for sequence in (5, 6, 0, 1):
        broker.ask("Produce", 12, **write(name, producer, topic, sequence))
