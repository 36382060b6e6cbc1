"""Transactions of two producers that overlap in a partition: each marker is its own producer's,
and the aborted one is listed."""

from typing import Any

from compat.wire import Message, Wire, fetch
from compat.wire.coordinators import ended, opened, write


def run(broker: Wire) -> None:
    topic = broker.topic()
    one, first = opened(broker, topic, short="a")
    two, second = opened(broker, topic, short="b")
    broker.quiet("Produce", 9, **write(one, first, topic, 1))
    ended(broker, one, first, committed=False)
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
    broker.quiet("Produce", 9, **write(two, second, topic, 1))
    ended(broker, two, second, committed=True)
    for level in (0, 1):
        broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=level))
    for offset in (1, 3, 4, 6):
        broker.ask("Fetch", 12, show=_aborted, **fetch((topic, offset), isolation_level=1))


def _aborted(answer: Message) -> Any:
    return answer["responses"][0]["partitions"][0]["aborted_transactions"]
