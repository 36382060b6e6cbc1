"""The zero id with a null name is -1 for the whole request."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (12, 13):
        broker.outcome("Metadata", version, topics=[{"name": None}, {"name": topic}])
