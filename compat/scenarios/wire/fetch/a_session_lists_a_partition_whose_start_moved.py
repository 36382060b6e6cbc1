"""In a session a partition without data is listed when its log start offset has changed."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"), batch(b"b"))
    begun = broker.ask("Fetch", 12, **fetch((topic, 2), session_epoch=0))
    body = fetch(session_id=begun["session_id"])
    broker.ask("Fetch", 12, **{**body, "session_epoch": 1})
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": 1}]}]
    broker.quiet("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    broker.ask("Fetch", 12, **{**body, "session_epoch": 2})
    broker.ask("Fetch", 12, **{**body, "session_epoch": 3})
