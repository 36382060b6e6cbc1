"""Each restart begins an epoch; the earlier ones end where it began to write."""

from compat.wire import Message, Wire, batch, list_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a", b"b"))
    for _ in range(2):
        broker.restart()
        broker.until(_served, "ListOffsets", 6, **list_offsets(topic, -1))
        broker.fill(topic, batch(b"c"))
    for epoch in range(8):
        rows = [{"partition": 0, "leader_epoch": epoch}]
        broker.ask(
            "OffsetForLeaderEpoch",
            4,
            replica_id=-2,
            topics=[{"topic": topic, "partitions": rows}],
        )


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)
