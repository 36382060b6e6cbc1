"""A name twice in one Metadata is answered once."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (1, 9, 12):
        broker.ask("Metadata", version, topics=[{"name": topic}, {"name": topic}])
