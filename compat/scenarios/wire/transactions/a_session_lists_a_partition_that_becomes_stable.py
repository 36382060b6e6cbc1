"""In a session of read_committed a partition is listed again when its transaction has ended."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import ended, opened


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic)
    body = fetch((topic, 0), isolation_level=1, session_epoch=0)
    session = {"session_id": broker.ask("Fetch", 12, **body)["session_id"], "isolation_level": 1}
    broker.ask("Fetch", 12, **fetch(**{**session, "session_epoch": 1}))
    ended(broker, name, producer, committed=False)
    broker.ask("Fetch", 12, **fetch(**{**session, "session_epoch": 2}))
    broker.ask("Fetch", 12, **fetch((topic, 2), **{**session, "session_epoch": 3}))
    name, producer = opened(broker, topic, short="next")
    broker.ask("Fetch", 12, **fetch(**{**session, "session_epoch": 4}))
    broker.ask("Fetch", 12, **fetch(**{**session, "session_epoch": 5}))
