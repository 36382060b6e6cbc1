"""A producer above its rate has its batch written and is told the time to wait in every version."""

from compat.wire import Wire, batch, list_offsets, produce
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    topic = broker.topic()
    topic_id = broker.topic_id(topic)
    for version in range(3, 14):
        client = broker.name(f"v{version}")
        limit(broker, entity(client_id=client), producer_byte_rate=1000.0)
        connection = broker.connect(client)
        body = produce(topic if version < 13 else topic_id, batch(b"x" * 20_000))
        pending = connection.send("Produce", version, **body)
        broker.receive(connection, pending, show=throttled)
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
