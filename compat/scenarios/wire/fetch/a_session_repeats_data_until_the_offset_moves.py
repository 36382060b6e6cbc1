"""In a session a partition whose offset was not moved is listed with the same data again."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    begun = broker.ask("Fetch", 12, **fetch((topic, 0), session_epoch=0))
    for epoch in (1, 2):
        body = fetch(session_id=begun["session_id"])
        broker.ask("Fetch", 12, **{**body, "session_epoch": epoch})
