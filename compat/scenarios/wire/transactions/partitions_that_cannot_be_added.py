"""A partition that does not exist, or a negative one, is 3 and keeps the others out; a topic
without partitions adds nothing."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, begin, verify_partitions


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    body = add_partitions(name, producer)
    for partitions in ([0, 7], [-1], []):
        body["v3_and_below_topics"] = [{"name": topic, "partitions": partitions}]
        broker.ask("AddPartitionsToTxn", 3, **body)
    batched = verify_partitions(name, producer, topic, verify_only=False)
    for partitions in ([0, 7], []):
        batched["transactions"][0]["topics"][0]["partitions"] = partitions
        broker.ask("AddPartitionsToTxn", 5, **batched)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
