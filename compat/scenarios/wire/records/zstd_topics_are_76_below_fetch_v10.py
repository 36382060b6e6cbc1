"""A topic whose compression.type is zstd is 76 to a fetch below v10, even when it is empty."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic(compression_type="zstd")
    for version in (9, 10):
        broker.ask("Fetch", version, **fetch((topic, 0)))
    broker.fill(topic, batch(b"a"))
    for version in (9, 10):
        broker.ask("Fetch", version, **fetch((topic, 0)))
