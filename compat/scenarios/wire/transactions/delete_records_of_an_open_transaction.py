"""DeleteRecords does not stop at the last stable offset; the transaction ends behind it."""

from compat.wire import Wire, batch, fetch, list_offsets
from compat.wire.coordinators import ended, opened


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic)
    broker.fill(topic, batch(b"behind"))
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": -1}]}]
    broker.ask("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    for timestamp in (-1, -2):
        broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp, isolation_level=1))
    broker.ask("Fetch", 12, **fetch((topic, 2), isolation_level=1))
    broker.ask("DescribeProducers", 0, topics=[{"name": topic, "partition_indexes": [0]}])
    ended(broker, name, producer, committed=False)
    for offset in (2, 3):
        broker.ask("Fetch", 12, **fetch((topic, offset), isolation_level=1))
