"""An offset beyond the end or below -1 is OFFSET_OUT_OF_RANGE, an unknown partition
UNKNOWN_TOPIC_OR_PARTITION."""

from compat.wire import Wire, batch


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    broker.fill(topic, batch(b"a"))
    for offset in (2, -2):
        row = {"partition_index": 0, "offset": offset}
        rows = [{"name": topic, "partitions": [row]}]
        broker.ask("DeleteRecords", 2, topics=rows, timeout_ms=10_000)
    offsets = [{"partition_index": index, "offset": 0} for index in (0, 1, 9)]
    rows = [
        {"name": topic, "partitions": offsets},
        {"name": broker.name("none"), "partitions": offsets[:1]},
    ]
    broker.ask("DeleteRecords", 2, topics=rows, timeout_ms=10_000)
