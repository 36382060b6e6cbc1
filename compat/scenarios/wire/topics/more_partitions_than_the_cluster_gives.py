"""A topic of more partitions than a request may create is refused."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    for partitions in (10_001, 2**31 - 1):
        body = create_topics(broker.name("t"), partitions=partitions, validate_only=True)
        broker.ask("CreateTopics", 4, **body)
