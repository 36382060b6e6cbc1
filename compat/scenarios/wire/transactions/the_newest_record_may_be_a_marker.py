"""-3 finds the marker of a transaction, when it is what has the largest time; behind it a record
of the future."""

from compat.wire import Wire, batch, list_offsets, now
from compat.wire.coordinators import ended, opened


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic)
    ended(broker, name, producer, committed=True)
    broker.fill(topic, batch(b"old", timestamp=now() - 60_000))
    broker.ask("ListOffsets", 7, **list_offsets(topic, -3))
    broker.fill(topic, batch(b"new", timestamp=now() + 60_000))
    broker.ask("ListOffsets", 7, **list_offsets(topic, -3))
