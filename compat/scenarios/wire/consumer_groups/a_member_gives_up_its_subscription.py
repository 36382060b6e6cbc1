"""An empty list of topics takes away all partitions, in a new epoch; the member stays."""

from compat.wire import Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member, settle, shape


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    member = Member(broker, group, "m")
    member.join(topic)
    broker.ask("ConsumerGroupHeartbeat", 1, **member.beating(subscribed_topic_names=[]))
    member.owned = []
    settle(broker, member, epoch=3)
    broker.ask("ConsumerGroupDescribe", 1, show=shape, group_ids=[group])
