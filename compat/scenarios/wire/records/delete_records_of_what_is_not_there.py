"""DeleteRecords of an unknown topic or partition is 3, beside good ones."""

from compat.wire import Wire, batch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"))
    first = [{"partition_index": 0, "offset": 0}]
    for version in (0, 2):
        unknown = [{"name": broker.name("none"), "partitions": first}]
        broker.ask("DeleteRecords", version, topics=unknown, timeout_ms=5000)
    rows = [{"partition_index": index, "offset": 1} for index in (5, 0, -1)]
    topics = [{"name": topic, "partitions": rows}]
    broker.ask("DeleteRecords", 2, topics=topics, timeout_ms=5000)
    broker.ask("DeleteRecords", 2, topics=[], timeout_ms=5000)
