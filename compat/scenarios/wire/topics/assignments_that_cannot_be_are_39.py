"""An unknown broker, a gap in the partitions, a partition twice, a replica twice, no replica and
unequal replicas are 39."""

from compat.wire import Wire, create_topics

WRONG: dict[str, list[tuple[int, list[int]]]] = {
    "unknown broker": [(0, [9])],
    "negative broker": [(0, [-1])],
    "gap": [(0, [1]), (2, [1])],
    "not from 0": [(1, [1])],
    "negative partition": [(-1, [1])],
    "partition twice": [(0, [1]), (0, [1])],
    "replica twice": [(0, [1, 1])],
    "no replica": [(0, [])],
    "unequal": [(0, [1]), (1, [])],
}


def run(broker: Wire) -> None:
    for what, rows in WRONG.items():
        body = create_topics(broker.name("t"), partitions=-1)
        body["topics"][0]["replication_factor"] = -1
        body["topics"][0]["assignments"] = [
            {"partition_index": index, "broker_ids": brokers} for index, brokers in rows
        ]
        broker.record(f"CreateTopics v4, {what}", broker.quiet("CreateTopics", 4, **body))
