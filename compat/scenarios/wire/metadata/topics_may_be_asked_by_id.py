"""From v12 on a topic can be asked for by id with a null name."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic_id = broker.topic_id(broker.topic())
    for version in (12, 13):
        broker.ask("Metadata", version, topics=[{"topic_id": topic_id, "name": None}])
