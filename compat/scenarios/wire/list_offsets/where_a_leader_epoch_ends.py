"""OffsetForLeaderEpoch answers an epoch's end; one of the future or -1 is not known: -1, -1."""

from compat.wire import Message, Wire, batch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a", b"b"))
    for version in (2, 3, 4):
        for epoch in (0, 5, -1, -2):
            broker.ask("OffsetForLeaderEpoch", version, **_of(topic, epoch))


def _of(topic: str, epoch: int) -> Message:
    rows = [{"partition": 0, "leader_epoch": epoch}]
    return {"replica_id": -2, "topics": [{"topic": topic, "partitions": rows}]}
