"""A batch whose largest timestamp is not that of its records."""

from compat.wire import GZIP, NONE, Wire, batch, fetch, list_offsets, produce


def run(broker: Wire) -> None:
    for kind in (NONE, GZIP):
        topic = broker.topic(f"t{kind}", retention_ms=-1)
        records = batch(b"x", timestamp=1000, max_timestamp=5000, compression=kind)
        broker.ask("Produce", 9, **produce(topic, records))
        broker.ask("Fetch", 12, **fetch((topic, 0)))
        broker.ask("ListOffsets", 7, **list_offsets(topic, -3))
