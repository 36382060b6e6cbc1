"""After a restart a member of the new protocol goes on in its epoch with its assignment."""

from compat.wire import Wire
from compat.wire.coordinators import beat, enter, known_topic

OWN_BROKER = True


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.until(
        lambda answer: answer["error_code"] not in (14, 15, 16),
        "ConsumerGroupHeartbeat",
        1,
        **enter(broker.name("first"), "m", "none"),
    )
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    broker.restart()
    broker.until(
        lambda answer: answer["error_code"] not in (14, 15, 16),
        "ConsumerGroupHeartbeat",
        1,
        **beat(group, "m", 2),
    )
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "m", 2))
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
