"""A topic that a commit lists twice is answered once, with all of its partitions, known or not."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    known, group = broker.topic(), broker.name("g")
    unknown, other = broker.name("unknown"), broker.name("other")
    for topics in ([unknown, unknown], [unknown, known, other, unknown, known], [known, known]):
        broker.ask(
            "OffsetCommit",
            9,
            group_id=group,
            generation_id_or_member_epoch=-1,
            member_id="",
            topics=[_row(name, place) for place, name in enumerate(topics)],
        )


def _row(name: str, offset: int) -> Message:
    row = {"partition_index": 0, "committed_offset": offset, "committed_metadata": ""}
    return {"name": name, "partitions": [row]}
