"""A session belongs to nobody: it goes on over another connection, and two clients get two."""

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    first = broker.ask("Fetch", 12, **fetch((topic, 0), session_epoch=0))
    second = broker.ask("Fetch", 12, on=broker.connect(), **fetch((topic, 0), session_epoch=0))
    broker.record("two sessions", first["session_id"] != second["session_id"])
    body = fetch(session_id=first["session_id"])
    broker.ask("Fetch", 12, on=broker.connect(), **{**body, "session_epoch": 1})
