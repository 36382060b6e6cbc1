"""Names that no topic may have are 17, and do not disturb the others in the request."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (1, 9, 12):
        rows = [{"name": name} for name in ("a/b", "..", "x" * 250, topic)]
        broker.ask("Metadata", version, topics=rows)
