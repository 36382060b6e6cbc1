"""A record that claims more bytes than the batch has, or fewer than none, is refused."""

from compat.wire import Wire, batch, packed, produce, zigzag


def run(broker: Wire) -> None:
    topic = broker.topic()
    for size in (500, 2**31 - 1, -1, 0):
        records = packed(
            batch(b"x"), f"record of {size} bytes", lambda body, s=size: zigzag(s) + body[1:]
        )
        broker.ask("Produce", 9, **produce(topic, records))
