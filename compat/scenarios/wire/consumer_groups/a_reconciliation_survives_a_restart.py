"""After a kill a member that was asked to give up partitions is still asked, and the other one
still waits."""

from compat.wire import Wire
from compat.wire.coordinators import enter, known_topic
from compat.wire.members import Member, settle, shape

OWN_BROKER = True


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.until(
        lambda answer: answer["error_code"] not in (14, 15, 16),
        "ConsumerGroupHeartbeat",
        1,
        **enter(broker.name("first"), "m", "none"),
    )
    topic = known_topic(broker, partitions=2, near=group)
    first, second = Member(broker, group, "m"), Member(broker, group, "n")
    first.join(topic)
    second.join(topic)
    while second.epoch < 3:
        second.beat()
    first.beat()
    broker.restart()
    broker.until(
        lambda answer: answer["error_code"] not in (14, 15, 16),
        "ConsumerGroupHeartbeat",
        1,
        **first.silent(),
    )
    broker.ask("ConsumerGroupDescribe", 1, show=shape, group_ids=[group])
    settle(broker, first, second)
    broker.ask("ConsumerGroupDescribe", 1, show=shape, group_ids=[group])
