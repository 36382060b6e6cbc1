"""Produce to an internal topic is 17, whatever the batch."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    for records in (batch((b"k", b"x")), batch(b"x", crc=1)):
        broker.ask("Produce", 9, **produce("__consumer_offsets", records))
