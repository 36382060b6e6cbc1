"""Every version answers for each partition asked for, known or not, once or twice; -1 is "nothing
committed"."""

import uuid

from compat.wire import Message, Wire, commit


def run(broker: Wire) -> None:
    topic, group = broker.topic(partitions=2), broker.name("g")
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 5))
    names = {topic: broker.topic_id(topic), broker.name("none"): uuid.UUID(int=7)}
    for version in range(1, 11):
        rows: list[Message] = [
            {"name": name, "topic_id": known, "partition_indexes": [0, 1, 9, 0, -1]}
            for name, known in names.items()
        ]
        if version < 8:
            for row in rows:
                del row["topic_id"]
            broker.ask("OffsetFetch", version, group_id=group, topics=rows)
        else:
            groups = [{"group_id": group, "topics": rows + rows[:1]}]
            broker.ask("OffsetFetch", version, groups=groups)
