"""After DeleteTopics, the name is 3 and the id is 100."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    topic_id = broker.topic_id(topic)
    broker.fill(topic, batch(b"a"))
    broker.quiet("DeleteTopics", 5, topic_names=[topic], timeout_ms=10_000)
    broker.until(
        lambda a: a["topics"][0]["error_code"] == 3,
        "Metadata",
        9,
        topics=[{"name": topic}],
        allow_auto_topic_creation=False,
    )
    broker.ask("Produce", 9, **produce(topic, batch(b"a")))
    broker.ask("Produce", 13, **produce(topic_id, batch(b"a")))
