"""DeleteTopics is THROTTLING_QUOTA_EXCEEDED from version 5 on; earlier versions delete and are told
to wait. The partitions count."""

from compat.wire import Message, Wire
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    for version in (1, 4, 5, 6):
        client = broker.name(f"v{version}")
        large = broker.topic(f"large{version}", partitions=13)
        small = broker.topic(f"small{version}")
        limit(broker, entity(client_id=client), controller_mutation_rate=1.0)
        for topic in (large, small):
            connection = broker.connect(client)
            body = {"topic_names": [topic], "topics": [{"name": topic}], "timeout_ms": 10_000}
            pending = connection.send("DeleteTopics", version, **body)
            what = "large" if topic is large else "small"
            broker.receive(connection, pending, what=what, show=seen)


def seen(answer: Message) -> Message:
    rows = [[row["error_code"], row.get("error_message")] for row in answer["responses"]]
    return {"throttled": throttled(answer), "topics": rows}
