"""Epoch 0 with the id of a session ends it and begins another."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    begun = broker.ask("Fetch", 12, **fetch((topic, 0), session_epoch=0))
    body = fetch((topic, 1), session_id=begun["session_id"])
    broker.ask("Fetch", 12, **{**body, "session_epoch": 0})
    broker.ask("Fetch", 12, **{**fetch(session_id=begun["session_id"]), "session_epoch": 1})
