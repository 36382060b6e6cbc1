"""OffsetForLeaderEpoch knows nothing of transactions: an epoch ends at the log's end, markers
included."""

from compat.wire import Wire
from compat.wire.coordinators import ended, opened


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic)
    rows = [{"topic": topic, "partitions": [{"partition": 0, "leader_epoch": 0}]}]
    for version in (2, 3, 4):
        broker.ask("OffsetForLeaderEpoch", version, topics=rows)
    ended(broker, name, producer, committed=False)
    broker.ask("OffsetForLeaderEpoch", 4, topics=rows)
