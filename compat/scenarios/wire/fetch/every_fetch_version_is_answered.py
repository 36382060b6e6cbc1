"""Fetch v4 to v12 name the topic and v13 to v18 its id; each answers with its own fields."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch((b"k", b"x", [(b"h", b"v"), (b"n", None)])))
    topic_id = broker.topic_id(topic)
    for version in range(4, 19):
        broker.ask("Fetch", version, **fetch((topic if version < 13 else topic_id, 0)))
