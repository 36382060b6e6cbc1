"""A session of v13 and above knows its topics by id, unknown ones too."""

import uuid

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic_id = broker.topic_id(broker.topic())
    unknown = uuid.uuid4()
    begun = broker.ask("Fetch", 17, **fetch((topic_id, 0), (unknown, 0), session_epoch=0))
    broker.fill(broker.name("t"), batch(b"x"))
    body = fetch(session_id=begun["session_id"])
    broker.ask("Fetch", 17, **{**body, "session_epoch": 1})
    gone = [{"topic_id": unknown, "partitions": [0]}]
    broker.ask("Fetch", 17, **{**body, "session_epoch": 2, "forgotten_topics_data": gone})
