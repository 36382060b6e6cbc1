"""A Fetch row with an error carries -1 as high watermark, last stable offset and log start offset,
and empty records, not null ones."""

import uuid

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a", b"b"))
    for version in (4, 5, 11, 12):
        broker.ask("Fetch", version, **fetch((topic, 99)))
        broker.ask("Fetch", version, **fetch((broker.name("none"), 0)))
        broker.ask("Fetch", version, **fetch((topic, 0), partition=7))
    broker.ask("Fetch", 17, **fetch((uuid.uuid4(), 0)))
