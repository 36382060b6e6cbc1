"""A length field of 2^31-1 is refused."""

from compat.wire import Wire, batch, produce

DIFFERS = "Kafka's sum overflows and it says -1; we say 87 as for every length beyond the data"


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.ask("Produce", 9, **produce(topic, batch(b"x", length=2**31 - 1)))
