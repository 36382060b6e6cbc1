"""An offset beyond the end or below 0 is 1, with no offsets in the row."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"), batch(b"b"))
    for version in (4, 12):
        for offset in (3, -1, 2**63 - 1):
            broker.ask("Fetch", version, **fetch((topic, offset)))
