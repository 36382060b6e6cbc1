"""A partition that is added again, or twice in one request, is in the transaction once."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import add_partitions, begin, ended


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    for version in (0, 2, 3):
        body = add_partitions(name, producer, topic)
        broker.ask("AddPartitionsToTxn", version, **body)
    body["v3_and_below_topics"] = [{"name": topic, "partitions": [0, 0]}]
    broker.ask("AddPartitionsToTxn", 3, **body)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    ended(broker, name, producer, committed=True)
    broker.ask("Fetch", 12, **fetch((topic, 0)))
