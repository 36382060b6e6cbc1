"""The replica id -2 of a debugging consumer is a client's; another broker's id is none."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    broker.ask("ListOffsets", 7, **list_offsets(topic, -1, replica_id=-2))
