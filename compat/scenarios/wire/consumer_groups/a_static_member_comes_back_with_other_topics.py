"""A static member that comes back under another id with another subscription takes over its place
in a new epoch."""

from compat.wire import Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member, settle, shape


def run(broker: Wire) -> None:
    group = broker.name("g")
    one = known_topic(broker, "one", near=group)
    two = known_topic(broker, "two", near=group)
    old = Member(broker, group, "m", instance_id="i")
    old.join(one)
    old.leave(-2)
    new = Member(broker, group, "n", instance_id="i")
    new.join(one, two)
    settle(broker, new, epoch=3)
    broker.ask("ConsumerGroupDescribe", 1, show=shape, group_ids=[group])
