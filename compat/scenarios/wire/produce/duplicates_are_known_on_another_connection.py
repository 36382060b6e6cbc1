"""A producer that reconnects and repeats itself gets the first offset again."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, (producer_id, epoch) = broker.topic(), broker.producer_id()
    body = produce(topic, batch(b"a", b"b", producer=(producer_id, epoch, 0)))
    for _ in range(2):
        broker.ask("Produce", 9, on=broker.connect(), **body)
