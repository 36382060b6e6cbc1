"""A consumer may read what its whole window allows at once; above its rate it gets an empty answer
with the time to wait, in every version."""

from compat.wire import Message, Wire, batch, fetch
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    topic = broker.topic()
    topic_id = broker.topic_id(topic)
    for _ in range(4):
        broker.fill(topic, batch(b"x" * 6_000))
    for version in (4, 7, 11, 12, 13, 16, 18):
        client = broker.name(f"v{version}")
        limit(broker, entity(client_id=client), consumer_byte_rate=1000.0)
        for what in ("within", "above"):
            connection = broker.connect(client)
            body = fetch((topic if version < 13 else topic_id, 0))
            pending = connection.send("Fetch", version, **body)
            broker.receive(connection, pending, what=what, show=seen)


def seen(answer: Message) -> Message:
    sizes = [
        len(row["records"] or b"") for topic in answer["responses"] for row in topic["partitions"]
    ]
    return {
        "throttled": throttled(answer),
        "error": answer.get("error_code"),
        "batches": [size // 6_000 for size in sizes],
    }
