"""CreateTopics, DeleteTopics and CreatePartitions of no topics are answered with none."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in (2, 7):
        broker.ask("CreateTopics", version, topics=[], timeout_ms=1000)
    broker.ask("DeleteTopics", 5, topic_names=[], timeout_ms=1000)
    broker.ask("DeleteTopics", 6, topics=[], timeout_ms=1000)
    for version in (0, 3):
        broker.ask("CreatePartitions", version, topics=[], timeout_ms=1000)
