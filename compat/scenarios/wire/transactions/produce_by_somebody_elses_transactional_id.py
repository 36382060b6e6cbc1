"""Produce with a transactional id that is not the producer's, is unknown or empty."""

from compat.wire import Wire
from compat.wire.coordinators import begin, opened, write


def run(broker: Wire) -> None:
    topic, other = broker.topic(), broker.topic("other")
    (one, first), (two, _) = begin(broker, "a"), opened(broker, other, short="b")
    for version in (9, 11, 12):
        for transactional_id in (two, broker.name("none"), ""):
            broker.ask("Produce", version, **write(transactional_id, first, topic, 0))
    broker.ask("DescribeTransactions", 0, transactional_ids=[one, two])
