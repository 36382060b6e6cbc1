"""A full fetch without partitions begins a session as well, which partitions can join; a session
whose last partition was forgotten ends."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    for version in (7, 12, 17):
        broker.ask("Fetch", version, **fetch(session_epoch=0))
    begun = broker.ask("Fetch", 12, **fetch(session_epoch=0))
    body = fetch((topic, 0), session_id=begun["session_id"])
    broker.ask("Fetch", 12, **{**body, "session_epoch": 1})
    body = fetch(session_id=begun["session_id"])
    gone = [{"topic": topic, "partitions": [0]}]
    broker.ask("Fetch", 12, **{**body, "session_epoch": 2, "forgotten_topics_data": gone})
    broker.ask("Fetch", 12, **{**body, "session_epoch": 3})
