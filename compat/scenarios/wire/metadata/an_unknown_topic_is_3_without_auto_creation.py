"""A name that does not exist, asked for without auto-creation, is 3 and does not come to be."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    name = broker.name("none")
    for version in (4, 9, 12, 12):
        broker.ask("Metadata", version, topics=[{"name": name}], allow_auto_topic_creation=False)
