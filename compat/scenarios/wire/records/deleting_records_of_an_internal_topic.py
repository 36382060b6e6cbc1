"""DeleteRecords of an internal topic is 17, of a partition that it does not have 3."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    broker.quiet("FindCoordinator", 3, key=broker.name("g"), key_type=0)
    for partition, offset in ((0, 0), (0, -1), (0, -5), (999, 0), (-1, 0)):
        rows = [{"partition_index": partition, "offset": offset}]
        topics = [{"name": "__consumer_offsets", "partitions": rows}]
        broker.ask("DeleteRecords", 2, topics=topics, timeout_ms=5000)
