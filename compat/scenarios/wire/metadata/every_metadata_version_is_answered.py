"""Metadata v0 to v13 of a topic with two partitions; each answers with its own fields."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    for version in range(14):
        broker.ask("Metadata", version, topics=[{"name": topic}], allow_auto_topic_creation=False)
