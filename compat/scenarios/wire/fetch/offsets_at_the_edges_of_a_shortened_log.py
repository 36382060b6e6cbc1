"""With a log start above 0: one below it is 1, the start and the end are good, one beyond the end
is 1, for both isolation levels and in sessions."""

from compat.wire import Message, Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a", b"b", b"c"), batch(b"d"))
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": 2}]}]
    broker.quiet("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    for level in (0, 1):
        for offset in (0, 1, 2, 4, 5):
            body = fetch((topic, offset), isolation_level=level)
            broker.ask("Fetch", 12, show=_row, **body)
    broker.ask("Fetch", 12, **fetch((topic, 1), session_epoch=0, isolation_level=1))


def _row(answer: Message) -> Message:
    row = answer["responses"][0]["partitions"][0]
    return {**row, "records": len(row["records"] or b"")}
