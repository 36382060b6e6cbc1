"""DescribeProducers shows idempotent producers, too; an unknown partition or topic is 3, an
invalid name 17."""

from compat.wire import Wire, batch


def run(broker: Wire) -> None:
    topic, producer = broker.topic(), broker.producer_id()
    broker.fill(topic, batch(b"a", b"b", producer=(*producer, 0)))
    wanted = [
        {"name": topic, "partition_indexes": [0, 7]},
        {"name": broker.name("none"), "partition_indexes": [0]},
        {"name": "a b", "partition_indexes": [0]},
    ]
    broker.ask("DescribeProducers", 0, topics=wanted)
    broker.ask("DescribeProducers", 0, topics=[])
