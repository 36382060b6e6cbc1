"""After DeleteTopics a topic is 3 by name and 100 by id."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    topic_id = broker.topic_id(topic)
    broker.quiet("DeleteTopics", 5, topic_names=[topic], timeout_ms=10_000)
    broker.until(
        lambda a: a["topics"][0]["error_code"] == 3,
        "Metadata",
        9,
        topics=[{"name": topic}],
        allow_auto_topic_creation=False,
    )
    broker.ask("Metadata", 12, topics=[{"name": topic}], allow_auto_topic_creation=False)
    broker.ask("Metadata", 12, topics=[{"topic_id": topic_id, "name": None}])
