"""DescribeGroups of a group of the new protocol is Dead up to v5 and GROUP_ID_NOT_FOUND from v6
on."""

from compat.wire import Wire
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    for version in (0, 5, 6):
        broker.ask("DescribeGroups", version, groups=[group])
