"""With one replica there is nothing to wait for: any timeout will do."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for timeout_ms in (0, -1, 2**31 - 1):
        broker.ask("Produce", 9, **produce(topic, batch(b"x"), timeout_ms=timeout_ms))
