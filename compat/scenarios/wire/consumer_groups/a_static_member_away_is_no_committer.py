"""While a static member is away its old epoch commits nothing; its old id, come back, is a member
again."""

from compat.wire import Message, Wire, commit
from compat.wire.coordinators import beat, enter, known_topic
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    member = Member(broker, group, "m", instance_id="i")
    member.join(topic)
    member.leave(-2)
    more: Message = {"member_id": "m", "group_instance_id": "i"}
    for epoch in (2, -2, 3):
        body = commit(group, topic, 5, generation_id_or_member_epoch=epoch, **more)
        broker.ask("OffsetCommit", 9, **body)
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", 2, instance_id="i"))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic, instance_id="i"))
