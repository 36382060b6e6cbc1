"""A record that claims more bytes than the batch has, or fewer than none, is refused."""

from compat.wire import Batch, Wire, batch, packed, produce, zigzag


def run(broker: Wire) -> None:
    topic = broker.topic()
    for size in (500, 2**31 - 1, -1, 0):
        broker.ask("Produce", 9, **produce(topic, _claiming(size)))


def _claiming(size: int) -> Batch:
    return packed(batch(b"x"), f"record of {size} bytes", lambda body: zigzag(size) + body[1:])
