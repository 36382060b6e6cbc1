"""After another took over its transactional id a producer is fenced: 47 from the log, 90 from
the coordinator."""

from compat.wire import Wire
from compat.wire.coordinators import add_offsets, add_partitions, begin, end, write
from compat.wire.coordinators import init_producer_id as init


def run(broker: Wire) -> None:
    topic, (name, old) = broker.topic(), begin(broker)
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, old, topic))
    broker.quiet("Produce", 9, **write(name, old, topic, 0))
    broker.until(lambda answer: answer["error_code"] != 51, "InitProducerId", 4, **init(name))
    broker.ask("Produce", 9, **write(name, old, topic, 1))
    broker.ask("EndTxn", 3, **end(name, old, committed=True))
    broker.ask("EndTxn", 1, **end(name, old, committed=True))
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, old, topic))
    for version in (1, 2, 3):
        broker.ask("AddOffsetsToTxn", version, **add_offsets(name, old, broker.name("g")))
