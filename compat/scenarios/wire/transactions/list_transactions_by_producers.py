"""ListTransactions filters by several producer ids; unknown and negative ones find nothing."""

from compat.wire import Message, Wire
from compat.wire.coordinators import begin, opened


def run(broker: Wire) -> None:
    def mine(answer: Message) -> list[str]:
        rows = broker.mine(answer["transaction_states"], "transactional_id")
        return sorted(row["transactional_id"] for row in rows)

    (_, (one, _)), (_, (two, _)) = begin(broker, "a"), opened(broker, broker.topic(), short="b")
    for wanted in ([one], [one, two], [two, two], [one + 9000], [-1], []):
        answer = broker.quiet("ListTransactions", 1, producer_id_filters=wanted)
        broker.record(f"ListTransactions v1 of {len(wanted)} producers", mine(answer))
    body: Message = {"producer_id_filters": [two], "state_filters": ["Empty"]}
    broker.ask("ListTransactions", 1, show=mine, **body)
