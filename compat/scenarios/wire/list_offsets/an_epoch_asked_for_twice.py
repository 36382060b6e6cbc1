"""OffsetForLeaderEpoch of a partition that is listed twice, and of a topic listed twice."""

from compat.wire import Wire, batch


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    broker.fill(topic, batch(b"a"))
    twice = [{"partition": 0, "leader_epoch": epoch} for epoch in (0, 7)]
    other = [{"partition": 1, "leader_epoch": 0}]
    rows = [{"topic": topic, "partitions": twice}]
    broker.ask("OffsetForLeaderEpoch", 4, replica_id=-2, topics=rows)
    rows = [{"topic": topic, "partitions": partitions} for partitions in (twice[:1], other)]
    broker.ask("OffsetForLeaderEpoch", 4, replica_id=-2, topics=rows)
    broker.ask("OffsetForLeaderEpoch", 4, replica_id=-2, topics=[])
