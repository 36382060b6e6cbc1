"""A batch of the same producer without the transactional bit is written, though a transaction is
open."""

from compat.wire import Wire, batch, produce
from compat.wire.coordinators import add_partitions, begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    plain = batch(b"x", producer=(*producer, 0))
    broker.ask("Produce", 9, **produce(topic, plain, transactional_id=name))
    broker.ask("Produce", 9, **write(name, producer, topic, 1))
    broker.ask("EndTxn", 3, **end(name, producer, committed=False))
    settled(broker, name)
