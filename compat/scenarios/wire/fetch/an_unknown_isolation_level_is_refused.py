"""An isolation level other than 0 and 1 is -1 for the whole answer, below v13 for its rows, too."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    topic_id = broker.topic_id(topic)
    for version, name in ((4, topic), (12, topic), (13, topic_id)):
        broker.outcome("Fetch", version, **fetch((name, 0), isolation_level=7))
