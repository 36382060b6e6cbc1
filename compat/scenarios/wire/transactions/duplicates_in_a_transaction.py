"""A transactional batch again gets its first offset, in its transaction and, by the old protocol,
in the next one."""

from compat.wire import Wire, list_offsets
from compat.wire.coordinators import add_partitions, ended, opened, write


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic)
    for sequence in (0, 1, 1, 0):
        broker.ask("Produce", 9, **write(name, producer, topic, sequence))
    ended(broker, name, producer, committed=True)
    broker.ask("Produce", 9, **write(name, producer, topic, 1))
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    for sequence in (1, 3, 2, 0):
        broker.ask("Produce", 9, **write(name, producer, topic, sequence))
    broker.ask("ListOffsets", 7, **list_offsets(topic, -1, isolation_level=1))
    ended(broker, name, producer, committed=False)
    broker.ask("ListOffsets", 7, **list_offsets(topic, -1, isolation_level=1))
