"""A subscription by a pattern assigns the topics whose whole names match."""

from functools import partial

from compat.wire import Message, Wire
from compat.wire.coordinators import beat, enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    known_topic(broker, near=group)
    body = enter(group, "m", subscribed_topic_regex=broker.name("t"))
    answer = broker.quiet("ConsumerGroupHeartbeat", 1, **{**body, "subscribed_topic_names": None})
    while not (answer["assignment"] and answer["assignment"]["topic_partitions"]):
        epoch = answer["member_epoch"]
        answer = broker.until(
            partial(_moved, epoch),
            "ConsumerGroupHeartbeat",
            1,
            **beat(group, "m", epoch),
        )
    broker.record("ConsumerGroupHeartbeat v1 with an assignment", answer["assignment"])
    broker.ask(
        "ConsumerGroupDescribe",
        1,
        show=lambda a: a["groups"][0]["members"][0]["subscribed_topic_regex"],
        group_ids=[group],
    )


def _moved(epoch: int, answer: Message) -> bool:
    return bool(answer["assignment"]) or answer["member_epoch"] > epoch
