"""ApiVersions is answered in the middle of a conversation, and again."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for _ in range(2):
        broker.ask("Metadata", 9, topics=[], show=lambda a: {"topics": a["topics"]})
        broker.ask("ApiVersions", 2, show=lambda a: {"error_code": a["error_code"]})
