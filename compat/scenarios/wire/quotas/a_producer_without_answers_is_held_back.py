"""With acks=0 a producer above its rate is told nothing, and what it sends next waits."""

import time

from compat.wire import Wire, batch, produce
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    topic, client = broker.topic(), broker.name("c")
    limit(broker, entity(client_id=client), producer_byte_rate=1850.0)
    connection = broker.connect(client)
    began = time.monotonic()
    connection.send("Produce", 9, **produce(topic, batch(b"x" * 20_000), acks=0))
    behind = connection.send("Metadata", 9, topics=[])
    broker.receive(connection, behind, show=throttled)
    broker.record("Metadata v9 was held back", time.monotonic() - began > 0.4)
