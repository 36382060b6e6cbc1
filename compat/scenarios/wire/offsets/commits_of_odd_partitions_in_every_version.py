"""Every version judges each partition by itself: unknown ones, large metadata, negative offsets
and repeated ones."""

import uuid

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    topic_id = broker.topic_id(topic)
    names = {topic: topic_id, broker.name("none"): uuid.UUID(int=7)}
    for version in range(2, 11):
        group = broker.name(f"g{version}")
        for partitions in (
            [(9, 1, ""), (-1, 1, ""), (0, 1, "")],
            [(0, -1, ""), (1, -5, "")],
            [(0, 1, "x" * 4096), (1, 1, "x" * 4097)],
            [(0, 1, None), (0, 2, "")],
            [],
        ):
            rows = [
                {
                    "name": name,
                    "topic_id": known,
                    "partitions": [
                        {"partition_index": i, "committed_offset": o, "committed_metadata": text}
                        for i, o, text in partitions
                    ],
                }
                for name, known in names.items()
            ]
            broker.ask(
                "OffsetCommit", version, show=lambda a: a["topics"], group_id=group, topics=rows
            )
        broker.ask("OffsetFetch", 8, groups=[{"group_id": group, "topics": None}])
