"""When a quota is raised or removed the next request is not throttled any more."""

from compat.wire import Wire, batch, produce
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    topic, client = broker.topic(), broker.name("c")
    for value in (1000.0, 1e9, 500.0, None):
        limit(broker, entity(client_id=client), producer_byte_rate=value)
        connection = broker.connect(client)
        pending = connection.send("Produce", 9, **produce(topic, batch(b"x" * 20_000)))
        broker.receive(connection, pending, what=f"with {value}", show=throttled)
