"""The bytes of a Produce request count whether or not they are written."""

from compat.wire import Wire, batch, produce
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    client = broker.name("c")
    limit(broker, entity(client_id=client), producer_byte_rate=1000.0)
    for size in (5_000, 20_000):
        connection = broker.connect(client)
        body = produce(broker.name("no-such-topic"), batch(b"x" * size))
        pending = connection.send("Produce", 9, **body)
        broker.receive(connection, pending, what=f"{size} bytes", show=throttled)
