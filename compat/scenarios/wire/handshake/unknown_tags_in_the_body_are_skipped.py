"""Tagged fields that nobody knows are skipped, in the request and in its rows, large ones too."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    tags = {"9": b"of a later version", "77": b""}
    row = {"name": topic, "_tags": tags}
    broker.ask("Metadata", 12, topics=[row], _tags={**tags, "10000": bytes(70_000)})
