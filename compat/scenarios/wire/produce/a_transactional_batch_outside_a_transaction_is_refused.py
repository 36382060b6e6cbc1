"""A transactional batch to a partition that was not added is 48 up to v9, 120 from v11 on."""

from compat.wire import TRANSACTIONAL, Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    transactional_id = broker.name("x")
    got = broker.quiet(
        "InitProducerId", 4, transactional_id=transactional_id, transaction_timeout_ms=60_000
    )
    producer = (got["producer_id"], got["producer_epoch"], 0)
    records = batch(b"x", attributes=TRANSACTIONAL, producer=producer)
    for version in (9, 11):
        body = produce(topic, records, transactional_id=transactional_id)
        broker.ask("Produce", version, **body)
