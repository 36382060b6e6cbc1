"""A wrong epoch of a session is 71 for the whole answer; the right one still works then."""

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    begun = broker.ask("Fetch", 12, **fetch((topic, 0), session_epoch=0))
    body = fetch(session_id=begun["session_id"])
    for epoch in (7, 2, 1, 1, 2):
        broker.ask("Fetch", 12, **{**body, "session_epoch": epoch})
