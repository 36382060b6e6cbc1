"""When the first batch of a producer in a partition was refused, the batches behind it are 45
until it has come again, by the old protocol, too."""

from compat.wire import TRANSACTIONAL, Wire, batch, produce
from compat.wire.coordinators import add_partitions, begin, write


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (9, 12):
        name, producer = begin(broker, f"tx{version}")
        broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
        wrong = batch(b"x", attributes=TRANSACTIONAL, producer=(*producer, 0), last_delta=3)
        broker.ask("Produce", version, **produce(topic, wrong, transactional_id=name))
        for sequence in (1, 0, 1):
            broker.ask("Produce", version, **write(name, producer, topic, sequence))
