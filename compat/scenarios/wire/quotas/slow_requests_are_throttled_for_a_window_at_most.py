"""Above request_percentage every API is told to wait, one window at most; another client is not."""

from compat.wire import Message, Wire, create_topics, list_offsets
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    topic, client = broker.topic(), broker.name("c")
    limit(broker, entity(client_id=client), request_percentage=1e-7)
    bodies: list[tuple[str, int, Message]] = [
        ("Metadata", 9, {"topics": [{"name": topic}]}),
        ("ListOffsets", 6, list_offsets(topic, -1)),
        ("FindCoordinator", 3, {"key": "g", "key_type": 0}),
        ("ApiVersions", 2, {}),
        ("DescribeCluster", 0, {}),
        ("DescribeClientQuotas", 1, {"components": []}),
        ("CreateTopics", 5, create_topics(broker.name("new"))),
    ]
    for api, version, body in bodies:
        connection = broker.connect(client)
        connection.receive(connection.send(api, version, **body))
        connection = broker.connect(client)
        pending = connection.send(api, version, **body)
        broker.receive(connection, pending, show=seen)
    for api, version, body in bodies:
        broker.ask(api, version, show=throttled, **body)


def seen(answer: Message) -> Message:
    return {"throttled": throttled(answer), "at most": answer["throttle_time_ms"] <= 1000}
