"""CreatePartitions is THROTTLING_QUOTA_EXCEEDED from version 3 on; earlier versions create and are
told to wait. The new partitions count."""

from compat.wire import Message, Wire
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    for version in (0, 2, 3):
        client, topic = broker.name(f"v{version}"), broker.topic(f"t{version}")
        limit(broker, entity(client_id=client), controller_mutation_rate=1.0)
        for count in (13, 14):
            connection = broker.connect(client)
            row = {"name": topic, "count": count, "assignments": None}
            body = {"topics": [row], "timeout_ms": 10_000, "validate_only": False}
            pending = connection.send("CreatePartitions", version, **body)
            broker.receive(connection, pending, what=f"up to {count}", show=seen)


def seen(answer: Message) -> Message:
    rows = [[row["error_code"], row["error_message"]] for row in answer["results"]]
    return {"throttled": throttled(answer), "topics": rows}
