"""DescribeProducers after a restart and after a crash: who wrote, and where the open transaction
began."""

from compat.wire import Message, Wire, batch, list_offsets
from compat.wire.coordinators import ended, opened

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic, short="ended")
    ended(broker, name, producer, committed=True)
    opened(broker, topic, short="open")
    broker.fill(topic, batch(b"a", b"b", producer=(*broker.producer_id(), 4)))
    wanted = [{"name": topic, "partition_indexes": [0, 1, -1]}]
    broker.ask("DescribeProducers", 0, show=_sorted, topics=wanted)
    for hard in (False, True):
        broker.restart(hard=hard)
        broker.until(_served, "ListOffsets", 3, **list_offsets(topic, -1))
        broker.ask("DescribeProducers", 0, show=_sorted, topics=wanted)


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)


def _sorted(answer: Message) -> Message:
    """Kafka lists the producers in the order of a hash table."""
    for row in answer["topics"][0]["partitions"]:
        row["active_producers"].sort(key=lambda producer: int(producer["producer_id"]))
    return answer
