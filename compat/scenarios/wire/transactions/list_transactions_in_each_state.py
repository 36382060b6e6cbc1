"""ListTransactions by each state, of transactions that are in them."""

from compat.wire import Message, Wire
from compat.wire.coordinators import begin, ended, opened


def run(broker: Wire) -> None:
    def mine(answer: Message) -> list[tuple[str, str]]:
        rows = broker.mine(answer["transaction_states"], "transactional_id")
        return sorted((row["transactional_id"], row["transaction_state"]) for row in rows)

    topic = broker.topic()
    begin(broker, "empty")
    opened(broker, topic, short="ongoing")
    for committed in (True, False):
        name, producer = opened(broker, topic, short=f"ended-{committed}")
        ended(broker, name, producer, committed=committed)
    states = ("Empty", "Ongoing", "CompleteCommit", "CompleteAbort", "PrepareCommit")
    for state in (*states, "PrepareAbort", "PrepareEpochFence", "Dead"):
        broker.ask("ListTransactions", 0, show=mine, state_filters=[state])
    broker.ask("ListTransactions", 0, show=mine, state_filters=["Empty", "CompleteAbort", "Empty"])
