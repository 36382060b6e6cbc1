"""Authorized operations are filled in for names that do not exist or cannot, not for unknown
ids."""

import uuid

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    more: Message = {
        "allow_auto_topic_creation": False,
        "include_topic_authorized_operations": True,
    }
    for version in (8, 12):
        rows = [{"name": broker.name("none")}, {"name": "a/b"}]
        broker.ask("Metadata", version, topics=rows, **more)
    broker.ask("Metadata", 12, topics=[{"topic_id": uuid.uuid4(), "name": None}], **more)
