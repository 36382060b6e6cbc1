"""A topic made anew under its name has another id; the old one is 100 to Fetch, Produce and
Metadata, and offsets and epochs begin again."""

from compat.wire import Message, Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    old = broker.topic_id(topic)
    broker.fill(topic, batch(b"old"))
    broker.quiet("DeleteTopics", 5, topic_names=[topic], timeout_ms=10_000)
    broker.until(_gone, "Metadata", 9, topics=[{"name": topic}], allow_auto_topic_creation=False)
    broker.topic()
    broker.record("another id", broker.topic_id(topic) != old)
    broker.ask("Fetch", 17, **fetch((old, 0)))
    broker.ask("Produce", 13, **produce(old, batch(b"x")))
    broker.ask("Metadata", 12, topics=[{"topic_id": old, "name": None}])
    broker.ask("Fetch", 12, **fetch((topic, 0)))
    broker.ask("Metadata", 9, topics=[{"name": topic}])


def _gone(answer: Message) -> bool:
    return bool(answer["topics"][0]["error_code"] == 3)
