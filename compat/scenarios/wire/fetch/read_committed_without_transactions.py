"""With read_committed and no transaction, all is visible and the aborted transactions are
empty; with read_uncommitted they are null."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"), batch(b"y"))
    for version in (4, 12):
        for level in (0, 1):
            broker.ask("Fetch", version, **fetch((topic, 0), isolation_level=level))
    broker.ask("Fetch", 12, **fetch((topic, 2), isolation_level=1))
    broker.ask("Fetch", 12, **fetch((topic, 3), isolation_level=1))
