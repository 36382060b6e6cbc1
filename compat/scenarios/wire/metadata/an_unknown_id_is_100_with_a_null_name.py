"""An id that nobody has is 100, with a null name."""

import uuid

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic_id = broker.topic_id(broker.topic())
    for version in (12, 13):
        rows = [{"topic_id": uuid.uuid4(), "name": None}]
        broker.ask("Metadata", version, topics=rows)
    rows = [{"topic_id": one, "name": None} for one in (uuid.uuid4(), topic_id)]
    broker.ask(
        "Metadata", 12, topics=rows, show=lambda a: sorted(t["error_code"] for t in a["topics"])
    )
