"""AddPartitionsToTxn from v4 on judges each of its transactions alone."""

from compat.wire import Wire
from compat.wire.coordinators import begin, verify_partitions


def run(broker: Wire) -> None:
    topic, (one, first), (two, second) = broker.topic(), begin(broker, "a"), begin(broker, "b")
    three = broker.name("c")
    bodies = [
        verify_partitions(one, first, topic, verify_only=False),
        verify_partitions(two, (second[0], 4), topic, verify_only=False),
        verify_partitions(three, first, topic, verify_only=False),
        verify_partitions("", first, topic, verify_only=False),
    ]
    rows = [row for body in bodies for row in body["transactions"]]
    for version in (4, 5):
        broker.ask("AddPartitionsToTxn", version, transactions=rows)
    broker.ask("DescribeTransactions", 0, transactional_ids=[one, two, three])
    mixed = [rows[0], verify_partitions(two, second, topic)["transactions"][0]]
    broker.ask("AddPartitionsToTxn", 5, transactions=mixed)
