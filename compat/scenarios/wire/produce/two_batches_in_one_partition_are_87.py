"""From v3 on a partition of a request holds exactly one batch, else 87 and nothing is written."""

from compat.wire import Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (3, 9):
        broker.ask("Produce", version, **produce(topic, batch(b"a") + batch(b"b")))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
