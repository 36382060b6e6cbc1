"""After a restart a transaction that ended is known as ended: its end can be repeated, and not
turned round."""

from compat.wire import Wire
from compat.wire.coordinators import end, ended, opened, verify_partitions

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic)
    ended(broker, name, producer, committed=True)
    broker.restart()
    broker.until(
        lambda answer: answer["transaction_states"][0]["error_code"] == 0,
        "DescribeTransactions",
        0,
        transactional_ids=[name],
    )
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("EndTxn", 3, **end(name, producer, committed=True))
    broker.ask("EndTxn", 3, **end(name, producer, committed=False))
    broker.ask("AddPartitionsToTxn", 5, **verify_partitions(name, producer, topic))
