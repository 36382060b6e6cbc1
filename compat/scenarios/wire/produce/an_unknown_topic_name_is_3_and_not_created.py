"""Produce to a name that does not exist is 3 in every version by name, and creates nothing."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    name = broker.name("none")
    for version in (3, 7, 9, 12):
        broker.ask("Produce", version, **produce(name, batch(b"x")))
    broker.ask("Metadata", 9, topics=[{"name": name}], allow_auto_topic_creation=False)
