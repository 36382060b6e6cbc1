"""When a topic is deleted its partitions leave the assignment in a new epoch; the member stays
subscribed."""

from compat.wire import Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member, settle, shape


def run(broker: Wire) -> None:
    group = broker.name("g")
    one = known_topic(broker, "one", near=group)
    two = known_topic(broker, "two", near=group)
    member = Member(broker, group, "m")
    member.join(one, two)
    broker.quiet("DeleteTopics", 6, topics=[{"name": two}], timeout_ms=5000)
    while member.partition_count > 1:
        member.beat()
    settle(broker, member)
    broker.ask("ConsumerGroupDescribe", 1, show=shape, group_ids=[group])
