"""Groups of one OffsetFetch are answered in their order, each with its own error, also when named
twice."""

from compat.wire import Wire, commit


def run(broker: Wire) -> None:
    topic, group, unknown = broker.topic(), broker.name("g"), broker.name("unknown")
    member = broker.stable_group(group)
    broker.quiet("OffsetCommit", 8, **commit(broker.name("simple"), topic, 5))
    for version in (8, 9):
        for rows in (
            [],
            [{"group_id": group, "topics": None}, {"group_id": group, "topics": []}],
            [{"group_id": broker.name(f"many{i}"), "topics": None} for i in range(30)],
            [
                {"group_id": group, "topics": None, "member_id": "x", "member_epoch": 1},
                {"group_id": group, "topics": None, "member_id": member, "member_epoch": 1},
                {"group_id": unknown, "topics": None, "member_id": "x", "member_epoch": 1},
                {"group_id": unknown, "topics": None, "member_id": "x", "member_epoch": -1},
                {"group_id": broker.name("simple"), "topics": None},
            ],
        ):
            broker.ask("OffsetFetch", version, groups=rows, require_stable=True)
