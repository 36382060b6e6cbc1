"""Only the first partition with data may exceed max_bytes; the next comes empty."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    first, second, third = (broker.topic(short) for short in "abc")
    broker.fill(second, batch(b"x" * 300))
    broker.fill(third, batch(b"y" * 300))
    broker.ask("Fetch", 12, **fetch((first, 0), (second, 0), (third, 0), max_bytes=100))
    broker.ask("Fetch", 12, **fetch((third, 0), (second, 0), max_bytes=100))
