"""A member that is not heard of for the session timeout is removed: it is unknown then, and the
group empty."""

from compat.wire import Wire
from compat.wire.coordinators import beat, enter
from compat.wire.members import shape

SETTINGS = {
    "group.consumer.min.session.timeout.ms": "500",
    "group.consumer.session.timeout.ms": "500",
    "group.consumer.min.heartbeat.interval.ms": "100",
    "group.consumer.heartbeat.interval.ms": "100",
}


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.until(
        lambda answer: answer["error_code"] not in (14, 15, 16),
        "ConsumerGroupHeartbeat",
        1,
        **enter(group, "m", "t"),
    )
    broker.until(
        lambda answer: answer["groups"][0]["group_state"] == "Empty",
        "ConsumerGroupDescribe",
        1,
        group_ids=[group],
    )
    broker.ask("ConsumerGroupDescribe", 1, show=shape, group_ids=[group])
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", 2))
