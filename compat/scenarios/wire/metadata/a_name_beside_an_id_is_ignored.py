"""With a known id the name beside it is not looked at, whatever it is."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    topic_id = broker.topic_id(topic)
    for name in (broker.name("other"), topic, ""):
        broker.ask("Metadata", 12, topics=[{"topic_id": topic_id, "name": name}])
