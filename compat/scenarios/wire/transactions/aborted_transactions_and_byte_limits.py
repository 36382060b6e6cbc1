"""Only those aborted transactions are listed that reach into what the limits let through."""

from compat.wire import Message, Wire, fetch
from compat.wire.coordinators import ended, opened


def run(broker: Wire) -> None:
    topic = broker.topic()
    for number in range(3):
        name, producer = opened(broker, topic, short=f"tx{number}")
        ended(broker, name, producer, committed=False)
    for limit in (1, 100, 200, 300, 400, 1000):
        body = fetch((topic, 0), isolation_level=1)
        body["topics"][0]["partitions"][0]["partition_max_bytes"] = limit
        broker.ask("Fetch", 12, show=_aborted, **body)
        body = fetch((topic, 2), isolation_level=1, max_bytes=limit)
        broker.ask("Fetch", 12, show=_aborted, **body)


def _aborted(answer: Message) -> Message:
    row = answer["responses"][0]["partitions"][0]
    return {"aborted": row["aborted_transactions"], "bytes": len(row["records"])}
