"""An older epoch is good for partitions that the member has owned since; one partition that it
has not makes the whole commit STALE_MEMBER_EPOCH."""

from compat.wire import Wire, commit
from compat.wire.coordinators import known_topic
from compat.wire.members import Member, settle


def run(broker: Wire) -> None:
    group = broker.name("g")
    one = known_topic(broker, "one", near=group)
    two = known_topic(broker, "two", near=group)
    member = Member(broker, group, "m")
    member.join(one)
    member.beat(subscribed_topic_names=[one, two])
    settle(broker, member, epoch=3)
    for epoch in (3, 2, 1, 0, 4):
        for topic in (one, two):
            body = commit(group, topic, 5, member_id="m", generation_id_or_member_epoch=epoch)
            broker.ask("OffsetCommit", 9, **body)
    row = [{"partition_index": 0, "committed_offset": 7}]
    both = [{"name": one, "partitions": row}, {"name": two, "partitions": row}]
    for epoch in (2, 3):
        body = commit(group, one, 7, member_id="m", generation_id_or_member_epoch=epoch)
        broker.ask("OffsetCommit", 9, **{**body, "topics": both})
