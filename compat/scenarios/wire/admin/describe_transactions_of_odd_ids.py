"""DescribeTransactions of unknown, empty and repeated ids, and of none."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    known = broker.name("known")
    broker.until(
        lambda answer: answer["error_code"] == 0,
        "InitProducerId",
        4,
        transactional_id=known,
        transaction_timeout_ms=60_000,
        producer_id=-1,
        producer_epoch=-1,
    )
    unknown = broker.name("unknown")
    for ids in ([unknown], [""], [known, known], [], [unknown, known, ""]):
        broker.ask("DescribeTransactions", 0, transactional_ids=ids)
