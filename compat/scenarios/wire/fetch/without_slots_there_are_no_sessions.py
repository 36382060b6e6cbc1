"""With no slot for fetch sessions a client that wants one gets id 0 and a full answer each time."""

from compat.wire import Wire, batch, fetch

SETTINGS = {"max.incremental.fetch.session.cache.slots": "0"}


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"))
    for _ in range(2):
        broker.ask("Fetch", 12, **fetch((topic, 0), session_id=0, session_epoch=0))
    broker.ask("Fetch", 12, **fetch((topic, 0), session_id=5, session_epoch=1))
    broker.ask("Fetch", 12, **fetch((topic, 0), session_id=0, session_epoch=-1))
