"""The epoch that EndTxn v5 answered is the producer's after a crash, too, and the end can be
repeated."""

from compat.wire import Wire
from compat.wire.coordinators import begin, end, ended_anew, init_producer_id, write

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic, (name, old) = broker.topic(), begin(broker)
    broker.quiet("Produce", 12, **write(name, old, topic, 0))
    new = ended_anew(broker, name, old, committed=True)
    broker.restart(hard=True)
    broker.until(
        lambda answer: answer["transaction_states"][0]["error_code"] == 0,
        "DescribeTransactions",
        0,
        transactional_ids=[name],
    )
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("EndTxn", 5, **end(name, old, committed=True))
    broker.ask("EndTxn", 5, **end(name, old, committed=False))
    broker.ask("EndTxn", 5, **end(name, new, committed=True))
    broker.ask("InitProducerId", 5, **init_producer_id(name, new))
