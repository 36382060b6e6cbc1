"""DeleteRecords into and behind an aborted transaction: what is listed from the new start on."""

from compat.wire import Message, Wire, batch, fetch
from compat.wire.coordinators import ended, opened


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic)
    broker.fill(topic, batch(b"between"))
    ended(broker, name, producer, committed=False)
    broker.fill(topic, batch(b"behind"))
    for start in (1, 2, 3, 4):
        rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": start}]}]
        broker.ask("DeleteRecords", 2, topics=rows, timeout_ms=5000)
        broker.ask("Fetch", 12, show=_plain, **fetch((topic, start - 1), isolation_level=1))
        broker.ask("Fetch", 12, show=_plain, **fetch((topic, start), isolation_level=1))


def _plain(answer: Message) -> Message:
    row = answer["responses"][0]["partitions"][0]
    return {**row, "records": len(row["records"])}
