"""max_bytes is used up in the order of the request: what is left cuts the next partition."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topics = [broker.topic(short) for short in "abc"]
    for topic in topics:
        broker.fill(topic, batch(b"x" * 300))
    size = len(batch(b"x" * 300))
    for limit in (size, size + 100, 2 * size, 3 * size):
        broker.ask("Fetch", 12, **fetch(*[(topic, 0) for topic in topics], max_bytes=limit))
