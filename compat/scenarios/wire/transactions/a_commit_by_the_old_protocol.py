"""AddPartitionsToTxn, Produce, EndTxn v3: the marker takes one offset, read_committed sees the
records then."""

from compat.wire import Wire, fetch, list_offsets
from compat.wire.coordinators import add_partitions, begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.ask("Produce", 9, **write(name, producer, topic, 0))
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
    broker.ask("ListOffsets", 7, **list_offsets(topic, -1, isolation_level=1))
    broker.ask("EndTxn", 3, **end(name, producer, committed=True))
    settled(broker, name)
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
    broker.ask("ListOffsets", 7, **list_offsets(topic, -1, isolation_level=1))
