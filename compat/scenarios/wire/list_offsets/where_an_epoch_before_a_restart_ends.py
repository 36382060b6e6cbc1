"""A restart begins an epoch: the one before it ends where it began to write, it ends at the log's
end, and one that never was is not known."""

from compat.wire import Message, Wire, batch, list_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a", b"b"))
    broker.restart()
    broker.until(_served, "ListOffsets", 6, **list_offsets(topic, -1))
    broker.fill(topic, batch(b"c"))
    answer = broker.quiet("Metadata", 9, topics=[{"name": topic}])
    current = answer["topics"][0]["partitions"][0]["leader_epoch"]
    for what, epoch in (("first", 0), ("current", current), ("next", current + 1)):
        rows = [{"partition": 0, "leader_epoch": epoch}]
        topics = [{"topic": topic, "partitions": rows}]
        answer = broker.quiet("OffsetForLeaderEpoch", 4, replica_id=-2, topics=topics)
        row = answer["topics"][0]["partitions"][0]
        same = {"leader_epoch": "the same"} if row["leader_epoch"] == epoch else {}
        broker.record(f"OffsetForLeaderEpoch v4 of the {what} epoch", {**row, **same})


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)
