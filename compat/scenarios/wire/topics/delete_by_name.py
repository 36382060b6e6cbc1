"""DeleteTopics v1 to v5 deletes by name; an unknown name is 3, beside good ones."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in range(1, 6):
        topic = broker.topic(f"t{version}")
        names = [topic, broker.name("none")]
        broker.ask("DeleteTopics", version, topic_names=names, timeout_ms=10_000)
