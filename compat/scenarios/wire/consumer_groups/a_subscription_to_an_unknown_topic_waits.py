"""A topic that does not exist is no error: the member has nothing until there is one."""

from compat.wire import Wire
from compat.wire.coordinators import beat, enter


def run(broker: Wire) -> None:
    group = broker.name("g")
    answer = broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "m", broker.name("later")))
    broker.topic("later")
    epoch = answer["member_epoch"]
    got = broker.until(
        lambda answer: bool(answer["assignment"]),
        "ConsumerGroupHeartbeat",
        1,
        **beat(group, "m", epoch),
    )
    broker.record("ConsumerGroupHeartbeat v1, when there is the topic", got)
