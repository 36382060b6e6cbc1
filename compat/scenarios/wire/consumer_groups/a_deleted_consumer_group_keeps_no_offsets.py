"""DeleteGroups of an empty group of the new protocol takes its offsets along; a member that joins
begins anew, in epoch 2."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import enter, known_topic
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    member = Member(broker, group, "m")
    member.join(topic)
    body = commit(group, topic, 5, member_id="m", generation_id_or_member_epoch=2)
    broker.quiet("OffsetCommit", 9, **body)
    member.leave()
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("DeleteGroups", 2, groups_names=[group, group])
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
