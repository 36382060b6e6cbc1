"""Another list of topics makes the group epoch rise, and the member gets the new topic for the
old one once it has given that up."""

from compat.wire import Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member, settle, shape


def run(broker: Wire) -> None:
    group = broker.name("g")
    one = known_topic(broker, "one", near=group)
    two = known_topic(broker, "two", near=group)
    member = Member(broker, group, "m")
    member.join(one)
    member.beat(subscribed_topic_names=[two])
    settle(broker, member, epoch=3)
    broker.ask("ConsumerGroupDescribe", 1, show=shape, group_ids=[group])
    broker.ask("ConsumerGroupHeartbeat", 1, **member.beating())
