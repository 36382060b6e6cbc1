"""A batch whose CRC-32C does not match is 2, and nothing is written."""

from compat.wire import Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (3, 9):
        broker.ask("Produce", version, **produce(topic, batch(b"x", crc=12_345)))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))
