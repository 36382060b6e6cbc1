"""Zero partitions, and fewer than -1, are 37."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    for partitions in (0, -2, -(2**31)):
        body = create_topics(broker.name("t"), partitions=partitions)
        broker.ask("CreateTopics", 4, **body)
        broker.ask("CreateTopics", 7, **body)
