"""A batch in zstd is 76 to a fetch below v10, whose client could not read it."""

from compat.wire import ZSTD, Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a" * 50, compression=ZSTD))
    for version in (4, 9, 10, 12):
        broker.ask("Fetch", version, **fetch((topic, 0)))
