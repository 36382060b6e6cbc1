"""In a session a partition in error is listed in every answer."""

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    begun = broker.ask("Fetch", 12, **fetch((topic, 0), (broker.name("none"), 0), session_epoch=0))
    body = fetch(session_id=begun["session_id"])
    for epoch in (1, 2):
        broker.ask("Fetch", 12, **{**body, "session_epoch": epoch})
