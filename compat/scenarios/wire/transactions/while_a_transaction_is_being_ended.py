"""As long as the markers of a transaction are not written, everything its producer asks for is
CONCURRENT_TRANSACTIONS, or INVALID_TXN_STATE to the opposite end."""

from compat.wire import Message, Wire
from compat.wire.coordinators import (
    add_offsets,
    add_partitions,
    end,
    init_producer_id,
    prepared,
    verify_partitions,
)


def run(broker: Wire) -> None:
    def mine(answer: Message) -> list[str]:
        rows = broker.mine(answer["transaction_states"], "transactional_id")
        return sorted(row["transactional_id"] for row in rows)

    topic = broker.topic()
    for committed in (True, False):
        name, producer = prepared(broker, topic, short=f"tx-{committed}", committed=committed)
        broker.ask("DescribeTransactions", 0, transactional_ids=[name])
        for result in (committed, not committed):
            for version in (3, 5):
                broker.ask("EndTxn", version, **end(name, producer, committed=result))
        broker.ask("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
        broker.ask("AddPartitionsToTxn", 5, **verify_partitions(name, producer, topic))
        body = verify_partitions(name, producer, topic, verify_only=False)
        broker.ask("AddPartitionsToTxn", 5, **body)
        broker.ask("AddOffsetsToTxn", 4, **add_offsets(name, producer, broker.name("g")))
        for version in (3, 5):
            broker.ask("InitProducerId", version, **init_producer_id(name))
            broker.ask("InitProducerId", version, **init_producer_id(name, producer))
    for state in ("PrepareCommit", "PrepareAbort", "Ongoing"):
        broker.ask("ListTransactions", 1, show=mine, state_filters=[state])
