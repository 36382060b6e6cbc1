"""The empty name, with and without auto-creation."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for allow in (True, False):
        broker.ask("Metadata", 9, topics=[{"name": ""}], allow_auto_topic_creation=allow)
