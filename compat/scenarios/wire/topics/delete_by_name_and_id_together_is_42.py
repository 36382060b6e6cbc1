"""A row of DeleteTopics v6 with both a name and an id, or with neither, is 42."""

from compat.wire import ZERO_UUID, Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    row = {"topic_id": broker.topic_id(topic), "name": topic}
    broker.ask("DeleteTopics", 6, topics=[row], timeout_ms=10_000)
    row = {"topic_id": ZERO_UUID, "name": None}
    broker.ask("DeleteTopics", 6, topics=[row], timeout_ms=10_000)
