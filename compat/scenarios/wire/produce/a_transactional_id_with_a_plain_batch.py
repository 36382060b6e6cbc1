"""A transactional id in the request does not make its plain batches transactional."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    body = produce(topic, batch(b"x"), transactional_id=broker.name("x"))
    broker.ask("Produce", 9, **body)
