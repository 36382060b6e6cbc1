"""A batch with the sequences of a known one is a duplicate, whatever its records are."""

from compat.wire import GZIP, Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic, (producer_id, epoch) = broker.topic(), broker.producer_id()
    who = (producer_id, epoch, 0)
    broker.fill(topic, batch(b"a", b"b", producer=who))
    broker.ask("Produce", 9, **produce(topic, batch(b"c", b"d", producer=who)))
    broker.ask("Produce", 9, **produce(topic, batch(b"c", b"d", producer=who, compression=GZIP)))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
