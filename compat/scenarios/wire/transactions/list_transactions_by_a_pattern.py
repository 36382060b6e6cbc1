"""ListTransactions v2 filters by a pattern of transactional ids; one that is no pattern is 128."""

from compat.wire import Message, Wire
from compat.wire.coordinators import begin


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        rows = broker.mine(answer["transaction_states"], "transactional_id")
        # Producer ids get their placeholders in the order of the rows, a hash table's.
        rows.sort(key=lambda row: str(row["transactional_id"]))
        return {**answer, "transaction_states": rows}

    begin(broker, "one")
    begin(broker, "two")
    for pattern in (".*-one", "one", "", "["):
        broker.ask("ListTransactions", 2, show=mine, transactional_id_pattern=pattern)
