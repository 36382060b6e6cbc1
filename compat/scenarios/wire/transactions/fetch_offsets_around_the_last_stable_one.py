"""Between the last stable offset and the end read_committed gets nothing and no error; beyond the
end it is out of range."""

from compat.wire import Wire, batch, fetch
from compat.wire.coordinators import opened


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a", b"b"))
    opened(broker, topic)
    broker.fill(topic, batch(b"behind"))
    for offset in range(1, 6):
        broker.ask("Fetch", 12, **fetch((topic, offset), isolation_level=1))
    small = fetch((topic, 0), isolation_level=1, max_bytes=1)
    broker.ask("Fetch", 12, **small)
