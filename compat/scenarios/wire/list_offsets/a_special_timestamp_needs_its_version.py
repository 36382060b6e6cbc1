"""-3 below v7, -4 below v8, -5 below v9 and -6 below v11 are 35 for that partition."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"))
    for timestamp, first in ((-3, 7), (-4, 8), (-5, 9), (-6, 11)):
        for version in (1, first - 1, first):
            broker.ask("ListOffsets", version, **list_offsets(topic, timestamp))
