"""A name that exists is 36, even when the rest of the row is wrong."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (4, 5, 7):
        broker.ask("CreateTopics", version, **create_topics(topic))
    broker.ask("CreateTopics", 4, **create_topics(topic, partitions=0))
    broker.ask("CreateTopics", 4, **create_topics(topic, validate_only=True))
