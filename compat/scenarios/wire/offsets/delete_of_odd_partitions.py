"""OffsetDelete answers for each partition; a topic named twice is merged where anything was
refused."""

from compat.wire import Wire, commit


def run(broker: Wire) -> None:
    topic, other, none = broker.topic(partitions=2), broker.topic("other"), broker.name("none")
    group = broker.name("g")
    for name in (topic, other):
        broker.quiet("OffsetCommit", 8, **commit(group, name, 5))
    cases: list[list[tuple[str, list[int]]]] = [
        [(topic, [])],
        [(topic, [7, -1, 0, 0])],
        [(topic, [0]), (topic, [1])],
        [(none, [0]), (none, [1]), (topic, [0]), (topic, [1, 9]), (topic, [0])],
        [(topic, [9]), (topic, [8]), (topic, [0]), (topic, [0])],
        [("", [0]), ("a b", [0])],
        [],
    ]
    for wanted in cases:
        rows = [
            {"name": name, "partitions": [{"partition_index": index} for index in indexes]}
            for name, indexes in wanted
        ]
        broker.ask("OffsetDelete", 0, group_id=group, topics=rows)
