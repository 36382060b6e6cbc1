"""DeleteTopics v6 deletes by id with a null name, or by name with the zero id; an unknown id is
100."""

import uuid

from compat.wire import Wire


def run(broker: Wire) -> None:
    first, second = broker.topic("a"), broker.topic("b")
    rows = [
        {"topic_id": broker.topic_id(first), "name": None},
        {"name": second},
        {"name": broker.name("none")},
    ]
    broker.ask("DeleteTopics", 6, topics=rows, timeout_ms=10_000)
    unknown = [{"topic_id": uuid.uuid4(), "name": None}]
    broker.ask("DeleteTopics", 6, topics=unknown, timeout_ms=10_000)
