"""Of a partition listed twice in one commit the last offset counts; both rows are answered."""

from compat.wire import Wire, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    rows = [
        {"partition_index": 0, "committed_offset": offset, "committed_metadata": ""}
        for offset in (9, 4)
    ]
    broker.ask("OffsetCommit", 8, group_id=group, topics=[{"name": topic, "partitions": rows}])
    broker.ask("OffsetFetch", 8, **committed(group, topic))
