"""One Produce v12 adds all of its partitions to the transaction; an unknown one is 3 and does not
hold the others back."""

from compat.wire import TRANSACTIONAL, Message, Wire, batch, produce
from compat.wire.coordinators import begin


def run(broker: Wire) -> None:
    topic, other, (name, (who, epoch)) = (
        broker.topic(partitions=2),
        broker.topic("o"),
        begin(broker),
    )
    records = batch(b"a", attributes=TRANSACTIONAL, producer=(who, epoch, 0))
    body = produce(topic, records, transactional_id=name)
    body["topic_data"][0]["partition_data"] = [
        {"index": index, "records": records} for index in (0, 1, 5)
    ]
    body["topic_data"].append(produce(other, records)["topic_data"][0])
    body["topic_data"].append(produce(broker.name("none"), records)["topic_data"][0])
    broker.ask("Produce", 12, **body)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name], show=_sorted)


def _sorted(answer: Message) -> Message:
    """Kafka lists the partitions of a topic in the order of a hash table."""
    for row in answer["transaction_states"][0]["topics"]:
        row["partitions"].sort()
    return answer
