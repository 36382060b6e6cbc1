"""Session id 0 with epoch 0 begins a session with all partitions; then only those with news are
listed."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    first, second = broker.topic("a"), broker.topic("b")
    broker.fill(first, batch(b"x"))
    begun = broker.ask("Fetch", 12, **fetch((first, 0), (second, 0), session_epoch=0))
    session = {"session_id": begun["session_id"]}
    broker.ask("Fetch", 12, **fetch((first, 1), **{**session, "session_epoch": 1}))
    broker.fill(second, batch(b"y"))
    broker.ask("Fetch", 12, **fetch(**{**session, "session_epoch": 2}))
    broker.ask("Fetch", 12, **fetch((second, 1), **{**session, "session_epoch": 3}))
    broker.ask("Fetch", 12, **fetch(**{**session, "session_epoch": 4}))
