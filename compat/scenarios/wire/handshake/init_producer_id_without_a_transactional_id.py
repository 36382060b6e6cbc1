"""InitProducerId without a transactional id gives a new id with epoch 0 in every version; a
producer may ask to raise its epoch from v3 on."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in range(6):
        broker.ask("InitProducerId", version, transactional_id=None, transaction_timeout_ms=60_000)
    broker.ask(
        "InitProducerId",
        4,
        transactional_id=None,
        transaction_timeout_ms=60_000,
        producer_id=5,
        producer_epoch=3,
    )
    broker.ask("InitProducerId", 4, transactional_id="", transaction_timeout_ms=60_000)
