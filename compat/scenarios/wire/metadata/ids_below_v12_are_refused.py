"""Metadata v10 and v11 have the id field but cannot ask by it: a null name or an id is an error."""

import uuid

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (10, 11):
        broker.outcome("Metadata", version, topics=[{"topic_id": uuid.uuid4(), "name": topic}])
        broker.outcome("Metadata", version, topics=[{"name": None}])
