"""A commit without a member is UNKNOWN_MEMBER_ID while a group of the new protocol has members,
and good when it is empty."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import known_topic
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    member = Member(broker, group, "m")
    member.join(topic)
    for version in (2, 8, 9):
        broker.ask("OffsetCommit", version, **commit(group, topic, 5))
    member.leave()
    for version in (2, 8, 9):
        broker.ask("OffsetCommit", version, **commit(group, topic, 6))
    body = commit(group, topic, 7, member_id="m", generation_id_or_member_epoch=2)
    broker.ask("OffsetCommit", 9, **body)
    broker.ask("OffsetFetch", 8, **committed(group, topic))
