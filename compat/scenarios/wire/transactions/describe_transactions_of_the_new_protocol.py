"""DescribeTransactions of the new protocol: the partitions that were added by writing, and after
the end the next epoch."""

from compat.wire import Wire
from compat.wire.coordinators import begin, ended_anew, txn_offsets, write


def run(broker: Wire) -> None:
    topic, other = broker.topic(), broker.topic("other")
    name, producer = begin(broker)
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, broker.name("g"), topic, 5))
    answer = broker.quiet("DescribeTransactions", 0, transactional_ids=[name])
    topics = [row["topic"] for row in answer["transaction_states"][0]["topics"]]
    broker.record("DescribeTransactions v0, its topics", topics)
    ended_anew(broker, name, producer, committed=False)
    name, producer = begin(broker, "second")
    for one in (other, topic):
        broker.ask("Produce", 12, **write(name, producer, one, 0))
    broker.ask("DescribeTransactions", 0, transactional_ids=[name, name])
    ended_anew(broker, name, producer, committed=True)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
