"""When a transaction has ended, its partitions are not in it any more, whichever way it ended."""

from compat.wire import Wire
from compat.wire.coordinators import begin, ended, ended_anew, opened, verify_partitions, write


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic)
    ended(broker, name, producer, committed=True)
    for version in (4, 5):
        body = verify_partitions(name, producer, topic)
        broker.ask("AddPartitionsToTxn", version, **body)
    for version in (9, 11):
        broker.ask("Produce", version, **write(name, producer, topic, 1))
    name, old = begin(broker, "new")
    broker.quiet("Produce", 12, **write(name, old, topic, 0))
    new = ended_anew(broker, name, old, committed=False)
    for producer in (old, new):
        body = verify_partitions(name, producer, topic)
        broker.ask("AddPartitionsToTxn", 5, **body)
