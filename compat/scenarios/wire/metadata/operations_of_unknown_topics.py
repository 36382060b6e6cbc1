"""Authorized operations of a topic that does not exist."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    broker.ask(
        "Metadata",
        12,
        topics=[{"name": broker.name("none")}],
        allow_auto_topic_creation=False,
        include_topic_authorized_operations=True,
    )
