"""Produce from v5 on answers the log's start, also after DeleteRecords; errors have -1."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"), batch(b"b"), batch(b"c"))
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": 2}]}]
    broker.quiet("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    broker.ask("Produce", 9, **produce(topic, batch(b"d")))
    broker.ask("Produce", 9, **produce(topic, batch(b"d", crc=1)))
