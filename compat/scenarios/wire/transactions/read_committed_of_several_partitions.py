"""Each partition of a fetch has its own last stable offset and its own aborted transactions;
max_bytes is shared in the order of the request."""

from compat.wire import Message, Wire, batch, fetch
from compat.wire.coordinators import ended, opened


def run(broker: Wire) -> None:
    topics = [broker.topic(short) for short in ("a", "b", "c")]
    name, producer = opened(broker, topics[0], topics[1], short="gone")
    ended(broker, name, producer, committed=False)
    opened(broker, topics[0], topics[2], short="open")
    for topic in topics:
        broker.fill(topic, batch(b"behind" * 10))
    wanted = [(topic, 0) for topic in topics]
    for limit in (1 << 20, 1, 150):
        body = fetch(*wanted, isolation_level=1, max_bytes=limit)
        broker.ask("Fetch", 12, show=_short, **body)
    body = fetch(*reversed(wanted), isolation_level=1, max_bytes=150)
    broker.ask("Fetch", 12, show=_short, **body)


def _short(answer: Message) -> list[Message]:
    kept = ("high_watermark", "last_stable_offset", "aborted_transactions")
    shown = []
    for topic in answer["responses"]:
        row = topic["partitions"][0]
        one: Message = {key: row[key] for key in kept}
        shown.append({"topic": topic["topic"], **one, "bytes": len(row["records"])})
    return shown
