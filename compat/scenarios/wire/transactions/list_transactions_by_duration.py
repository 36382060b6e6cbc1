"""ListTransactions by duration lists what runs for longer; a producer that has begun nothing does
not run, and a negative duration is none."""

from compat.wire import Message, Wire
from compat.wire.coordinators import begin, ended, opened


def run(broker: Wire) -> None:
    def mine(answer: Message) -> list[str]:
        rows = broker.mine(answer["transaction_states"], "transactional_id")
        return sorted(row["transactional_id"] for row in rows)

    topic = broker.topic()
    begin(broker, "idle")
    opened(broker, topic, short="open")
    name, producer = opened(broker, topic, short="ended")
    ended(broker, name, producer, committed=True)
    for version in (1, 2):
        for duration in (-1, -5, 0, 3_600_000):
            broker.ask("ListTransactions", version, show=mine, duration_filter=duration)
    body: Message = {"duration_filter": 0, "state_filters": ["CompleteCommit", "Empty"]}
    broker.ask("ListTransactions", 1, show=mine, **body)
