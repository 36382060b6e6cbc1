"""Produce v13, which names the topic by its id, adds the partition to the transaction, too."""

from compat.wire import Message, Wire, fetch
from compat.wire.coordinators import begin, end, settled, write


def run(broker: Wire) -> None:
    topic_id, (name, producer) = broker.topic_id(broker.topic()), begin(broker)
    broker.ask("Produce", 13, **write(name, producer, topic_id, 0))
    broker.ask("DescribeTransactions", 0, transactional_ids=[name], show=_state)
    broker.ask("EndTxn", 5, **end(name, producer, committed=True))
    settled(broker, name)
    broker.ask("Fetch", 17, **fetch((topic_id, 0), isolation_level=1))


def _state(answer: Message) -> Message:
    row = answer["transaction_states"][0]
    return {"state": row["transaction_state"], "topics": row["topics"]}
