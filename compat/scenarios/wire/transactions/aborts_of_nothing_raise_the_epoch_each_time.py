"""Each EndTxn v5 that aborts nothing answers a new epoch; nothing is written for it."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    for _ in range(3):
        got = broker.ask("EndTxn", 5, **end(name, producer, committed=False))
        producer = got["producer_id"], got["producer_epoch"]
        settled(broker, name)
        broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("Produce", 12, **write(name, producer, topic, 0))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
