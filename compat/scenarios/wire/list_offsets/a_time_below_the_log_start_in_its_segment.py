"""When the record of a time is below the log start, and the rest of its segment is older: what the
later segments hold is not looked at."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1, segment_ms=1000)
    for at in (1000, 1900, 1100, 9000, 9900):
        broker.fill(topic, batch(b"x", timestamp=at))
    for start in (2, 3, 4):
        rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": start}]}]
        broker.quiet("DeleteRecords", 2, topics=rows, timeout_ms=5000)
        for timestamp in (0, 1000, 1100, 1101, 1900, 1901, 9001, 9900, -3, -2):
            broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp))
