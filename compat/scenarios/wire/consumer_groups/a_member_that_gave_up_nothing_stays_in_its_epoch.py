"""A member that is asked to give up partitions stays in its epoch as long as it says that it owns
them, or says nothing; the other one waits in the next epoch."""

from compat.wire import Message, Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member, shape


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, partitions=2, near=group)
    first, second = Member(broker, group, "m"), Member(broker, group, "n")
    first.join(topic)
    owned = first.owned
    second.join(topic)
    while second.epoch < 3:
        second.beat()
    first.beat()
    broker.ask("ConsumerGroupHeartbeat", 1, **first.silent())
    broker.ask("ConsumerGroupHeartbeat", 1, **first.beating(topic_partitions=owned))
    broker.ask("ConsumerGroupHeartbeat", 1, **second.beating())
    broker.ask("ConsumerGroupDescribe", 1, show=shape, group_ids=[group])
    broker.ask("ConsumerGroupHeartbeat", 1, show=epoch_of, **first.beating())
    broker.ask("ConsumerGroupHeartbeat", 1, show=epoch_of, **second.beating())
    broker.ask("ConsumerGroupDescribe", 1, show=shape, group_ids=[group])


def epoch_of(answer: Message) -> Message:
    return {name: answer[name] for name in ("error_code", "member_epoch")}
