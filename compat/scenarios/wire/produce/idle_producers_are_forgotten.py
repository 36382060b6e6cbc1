"""A producer that has not written for producer.id.expiration.ms is forgotten by the partition, and
may begin at any sequence; one with an open transaction is not."""

from compat.wire import Message, Wire, batch, produce
from compat.wire.coordinators import opened

SETTINGS = {
    "producer.id.expiration.ms": "500",
    "producer.id.expiration.check.interval.ms": "100",
}


def run(broker: Wire) -> None:
    topic, (who, epoch) = broker.topic(), broker.producer_id()
    opened(broker, topic)
    broker.fill(topic, batch(b"a", producer=(who, epoch, 0)))

    def forgotten(answer: Message) -> bool:
        rows = answer["topics"][0]["partitions"][0]["active_producers"]
        return all(row["producer_id"] != who for row in rows)

    wanted = [{"name": topic, "partition_indexes": [0]}]
    broker.until(forgotten, "DescribeProducers", 0, topics=wanted)
    broker.ask("DescribeProducers", 0, topics=wanted)
    for sequence in (7, 0, 8):
        records = batch(b"a", producer=(who, epoch, sequence))
        broker.ask("Produce", 9, **produce(topic, records))
