"""ConsumerGroupDescribe of nothing, of an empty id, of one group twice and of an empty group."""

from compat.wire import Message, Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    member = Member(broker, group, "m")
    member.join(topic)
    member.leave()
    for ids in ([], [""], [broker.name("none")], [group, group]):
        broker.ask("ConsumerGroupDescribe", 1, group_ids=ids)
    for version in (0, 1):
        body: Message = {"group_ids": [group], "include_authorized_operations": True}
        broker.ask("ConsumerGroupDescribe", version, **body)
