"""A deleted topic does not come back with a restart, and its name can be used again."""

from compat.wire import Message, Wire, batch, fetch, list_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic, other = broker.topic(), broker.topic("other")
    broker.fill(topic, batch(b"old"))
    broker.quiet("DeleteTopics", 5, topic_names=[topic], timeout_ms=10_000)
    broker.restart(hard=True)
    broker.until(_served, "ListOffsets", 6, **list_offsets(other, -1))
    broker.ask("Metadata", 9, topics=[{"name": topic}], allow_auto_topic_creation=False)
    broker.topic()
    broker.ask("Fetch", 12, **fetch((topic, 0)))


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)
