"""The markers of a transaction that was to be committed or aborted are written after a restart."""

from compat.wire import Message, Wire, fetch
from compat.wire.coordinators import end, prepared, settled

OWN_BROKER = True


def run(broker: Wire) -> None:
    first, second = broker.topic("a"), broker.topic("b")
    one, producer = prepared(broker, first, short="one", committed=True)
    two, _ = prepared(broker, second, short="two", committed=False)
    broker.ask("DescribeTransactions", 0, transactional_ids=[one, two], show=_states)
    broker.restart()
    for name in (one, two):
        settled(broker, name)
    broker.ask("DescribeTransactions", 0, transactional_ids=[one, two], show=_states)
    broker.ask("EndTxn", 3, **end(one, producer, committed=True))
    for topic in (first, second):
        broker.until(_stable, "Fetch", 12, **fetch((topic, 0), isolation_level=1))
        broker.ask("Fetch", 12, show=_plain, **fetch((topic, 0), isolation_level=1))


def _states(answer: Message) -> list[str]:
    rows = sorted(answer["transaction_states"], key=lambda row: str(row["transactional_id"]))
    return [row["transaction_state"] for row in rows]


def _stable(answer: Message) -> bool:
    row = answer["responses"][0]["partitions"][0]
    return bool(row["error_code"] == 0 and row["last_stable_offset"] == row["high_watermark"])


def _plain(answer: Message) -> Message:
    row = answer["responses"][0]["partitions"][0]
    return {**row, "records": len(row["records"])}
