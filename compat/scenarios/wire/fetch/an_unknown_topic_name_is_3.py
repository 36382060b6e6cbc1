"""A name that does not exist is 3: no offsets, records empty, and nothing is created."""

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    name = broker.name("none")
    for version in (4, 7, 11, 12):
        broker.ask("Fetch", version, **fetch((name, 0)))
    broker.ask("Metadata", 9, topics=[{"name": name}], allow_auto_topic_creation=False)
