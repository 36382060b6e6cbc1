"""The transactional bit without a transactional id in the request is 53, before anything else."""

from compat.wire import CONTROL, TRANSACTIONAL, Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    producer_id, epoch = broker.producer_id()
    for attributes in (TRANSACTIONAL, TRANSACTIONAL | CONTROL):
        records = batch(b"x", attributes=attributes, producer=(producer_id, epoch, 0))
        broker.ask("Produce", 9, **produce(topic, records))
