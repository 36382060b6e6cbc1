"""A list of the same topics, in another order or twice, is no other subscription: the epoch
stays."""

from compat.wire import Message, Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member, shape


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    member = Member(broker, group, "m")
    member.join(topic, "later")
    for names in (["later", topic], [topic, topic, "later"]):
        body = member.beating(subscribed_topic_names=names)
        broker.ask("ConsumerGroupHeartbeat", 1, show=brief, **body)
    broker.ask("ConsumerGroupDescribe", 1, show=shape, group_ids=[group])


def brief(answer: Message) -> Message:
    return {name: answer[name] for name in ("error_code", "member_epoch", "assignment")}
