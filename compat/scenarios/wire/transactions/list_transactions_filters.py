"""ListTransactions filters by state, producer id and duration; states that it does not know are
listed."""

from compat.wire import Message, Wire
from compat.wire.coordinators import add_partitions, begin


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        rows = broker.mine(answer["transaction_states"], "transactional_id")
        # Producer ids get their placeholders in the order of the rows, a hash table's.
        rows.sort(key=lambda row: str(row["transactional_id"]))
        return {**answer, "transaction_states": rows}

    topic, (name, producer) = broker.topic(), begin(broker)
    begin(broker, "idle")
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    for version in (0, 1, 2):
        broker.ask("ListTransactions", version, show=mine)
    broker.ask("ListTransactions", 1, show=mine, state_filters=["Ongoing"])
    broker.ask("ListTransactions", 1, show=mine, state_filters=["Empty", "Nonsense", "ongoing"])
    broker.ask("ListTransactions", 1, show=mine, producer_id_filters=[producer[0]])
    broker.ask("ListTransactions", 1, show=mine, duration_filter=3_600_000)
