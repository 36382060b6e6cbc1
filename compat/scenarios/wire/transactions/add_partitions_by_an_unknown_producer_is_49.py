"""An unknown transactional id or producer id is INVALID_PRODUCER_ID_MAPPING for each partition;
the empty one is 42."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, begin


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    other = producer[0] + 9000, producer[1]
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(broker.name("none"), producer, topic))
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, other, topic))
    broker.ask("AddPartitionsToTxn", 3, **add_partitions("", producer, topic))
