"""Epoch -1 with a session's id answers in full and ends the session; then its id is 70."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    begun = broker.ask("Fetch", 12, **fetch((topic, 0), session_epoch=0))
    session_id = begun["session_id"]
    broker.ask("Fetch", 12, **fetch((topic, 0), session_id=session_id))
    broker.ask("Fetch", 12, **{**fetch(session_id=session_id), "session_epoch": 1})
