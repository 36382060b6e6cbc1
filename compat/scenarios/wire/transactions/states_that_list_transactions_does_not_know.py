"""ListTransactions answers the states of its filter that it does not know, and others still count;
if it knows none it finds nothing."""

from compat.wire import Message, Wire
from compat.wire.coordinators import begin


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        rows = broker.mine(answer["transaction_states"], "transactional_id")
        unknown = sorted(answer["unknown_state_filters"])
        return {**answer, "unknown_state_filters": unknown, "transaction_states": rows}

    begin(broker)
    for states in (["X"], ["X", "Empty"], ["X", "Y", "X"], [""], ["EMPTY"], ["Dead", "Unknown"]):
        broker.ask("ListTransactions", 2, show=mine, state_filters=states)
