"""Where the last fetched epoch ended below the log's start, after a restart and DeleteRecords:
what a fetch answers."""

from compat.wire import Message, Wire, batch, fetch, list_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"), batch(b"b"))
    broker.restart()
    broker.until(_served, "ListOffsets", 6, **list_offsets(topic, -1))
    broker.fill(topic, batch(b"c"), batch(b"d"))
    for start in (1, 3):
        rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": start}]}]
        broker.quiet("DeleteRecords", 2, topics=rows, timeout_ms=5000)
        for offset in range(5):
            body = fetch((topic, offset))
            body["topics"][0]["partitions"][0]["last_fetched_epoch"] = 0
            broker.ask("Fetch", 12, show=_row, **body)


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)


def _row(answer: Message) -> Message:
    """Without the records: how many epochs a restart takes is the broker's affair."""
    row = answer["responses"][0]["partitions"][0]
    return {**row, "records": len(row["records"] or b"")}
