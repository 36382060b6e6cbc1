"""A transactional batch with acks 1 is written as with acks all; with acks 0 it is written without
an answer."""

from compat.wire import Wire, list_offsets
from compat.wire.coordinators import begin, opened, write


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic)
    broker.ask("Produce", 9, **write(name, producer, topic, 1, acks=1))
    broker.outcome("Produce", 9, timeout=0.3, **write(name, producer, topic, 2, acks=0))
    broker.ask("ListOffsets", 7, **list_offsets(topic, -1))
    name, producer = begin(broker, "new")
    broker.ask("Produce", 12, **write(name, producer, topic, 0, acks=1))
    broker.ask("ListOffsets", 7, **list_offsets(topic, -1, isolation_level=1))
