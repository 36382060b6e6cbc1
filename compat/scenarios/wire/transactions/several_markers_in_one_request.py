"""WriteTxnMarkers takes many producers and partitions; each has its row, and nothing is an empty
answer."""

from compat.wire import Message, Wire, fetch
from compat.wire.coordinators import marker, opened


def run(broker: Wire) -> None:
    topic, other = broker.topic(), broker.topic("other", partitions=2)
    _, one = opened(broker, topic, other, short="a")
    _, two = opened(broker, topic, short="b")
    first, second = marker(one, topic, other, committed=True), marker(two, topic, committed=False)
    first["topics"][1]["partition_indexes"] = [0, 1, 7, -1]
    second["topics"].append({"name": other, "partition_indexes": []})
    broker.ask("WriteTxnMarkers", 1, markers=[first, second], show=_sorted)
    for one_topic in (topic, other):
        broker.ask("Fetch", 12, **fetch((one_topic, 0), isolation_level=1))
    broker.ask("WriteTxnMarkers", 1, markers=[])


def _sorted(answer: Message) -> Message:
    """Kafka lists the producers in the order of a hash table."""
    answer["markers"].sort(key=lambda row: int(row["producer_id"]))
    return answer
