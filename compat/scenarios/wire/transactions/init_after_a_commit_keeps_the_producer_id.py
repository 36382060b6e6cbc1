"""After a transaction InitProducerId gives the same id with the next epoch, and its sequences
begin at 0."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import ended, init_producer_id, opened, write


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic)
    ended(broker, name, producer, committed=True)
    got = broker.ask("InitProducerId", 4, **init_producer_id(name))
    new = got["producer_id"], got["producer_epoch"]
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("Produce", 12, **write(name, new, topic, 1))
    broker.ask("Produce", 12, **write(name, new, topic, 0))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
