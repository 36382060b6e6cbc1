"""The internal topics are there and cannot be created by a client."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    broker.ask("CreateTopics", 4, **create_topics("__consumer_offsets"))
