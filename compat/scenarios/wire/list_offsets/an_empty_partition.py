"""Of an empty log the latest and the earliest offset is 0; a time and -3 find nothing."""

from compat.wire import Wire, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    for timestamp in (-1, -2, -3, -4, -5, -6, 0, 1000):
        broker.ask("ListOffsets", 11, **list_offsets(topic, timestamp))
