"""An incremental fetch may add partitions, which are listed even when they have no data."""

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    first, second = broker.topic("a"), broker.topic("b")
    begun = broker.ask("Fetch", 12, **fetch((first, 0), session_epoch=0))
    body = fetch((second, 0), session_id=begun["session_id"])
    broker.ask("Fetch", 12, **{**body, "session_epoch": 1})
    body = fetch(session_id=begun["session_id"])
    broker.ask("Fetch", 12, **{**body, "session_epoch": 2})
