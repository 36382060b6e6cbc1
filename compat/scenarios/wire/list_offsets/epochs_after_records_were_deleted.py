"""Where a leader epoch ends after DeleteRecords took records of it away, or all."""

from compat.wire import Message, Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"), batch(b"b"), batch(b"c"))
    for offset in (1, -1):
        rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": offset}]}]
        broker.quiet("DeleteRecords", 2, topics=rows, timeout_ms=5000)
        for epoch in (0, 1):
            broker.ask("OffsetForLeaderEpoch", 4, **_of(topic, epoch))
        broker.ask("ListOffsets", 6, **list_offsets(topic, -2))
    broker.fill(topic, batch(b"d"))
    broker.ask("OffsetForLeaderEpoch", 4, **_of(topic, 0))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -2))


def _of(topic: str, epoch: int) -> Message:
    rows = [{"partition": 0, "leader_epoch": epoch}]
    return {"replica_id": -2, "topics": [{"topic": topic, "partitions": rows}]}
