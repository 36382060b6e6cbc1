"""A batch with the transactional bit in a request without a transactional id is refused."""

from compat.wire import TRANSACTIONAL, Wire, batch, produce
from compat.wire.coordinators import begin


def run(broker: Wire) -> None:
    topic, (_, producer) = broker.topic(), begin(broker)
    records = batch(b"x", attributes=TRANSACTIONAL, producer=(*producer, 0))
    for version in (9, 12):
        broker.ask("Produce", version, **produce(topic, records))
