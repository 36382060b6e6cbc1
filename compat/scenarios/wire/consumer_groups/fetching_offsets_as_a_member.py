"""OffsetFetch v9 and v10 check the epoch only when a member or an epoch is given; an unknown
group has no members to check."""

from compat.wire import Wire, commit
from compat.wire.coordinators import known_topic
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    member = Member(broker, group, "m")
    member.join(topic)
    body = commit(group, topic, 5, member_id="m", generation_id_or_member_epoch=2)
    broker.quiet("OffsetCommit", 9, **body)
    rows = [{"name": topic, "topic_id": broker.topic_id(topic), "partition_indexes": [0]}]
    for version in (9, 10):
        for member_id, epoch in (("m", 2), (None, -1), ("m", -1), (None, 2), ("", 2), ("", -1)):
            one = {"group_id": group, "member_id": member_id, "member_epoch": epoch}
            groups = [{**one, "topics": rows}]
            broker.ask("OffsetFetch", version, groups=groups)
    one = {"group_id": broker.name("none"), "member_id": "m", "member_epoch": 2}
    broker.ask("OffsetFetch", 9, groups=[{**one, "topics": rows}])
