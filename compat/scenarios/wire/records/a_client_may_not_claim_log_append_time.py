"""A batch with attribute bit 3 in a CreateTime topic."""

from compat.wire import LOG_APPEND_TIME, Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1)
    records = batch(b"x", attributes=LOG_APPEND_TIME, timestamp=1000)
    broker.ask("Produce", 9, **produce(topic, records))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
