"""After a restart in the middle of a migration the classic and the new members go on, and each
direction is still open."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import (
    ask_join,
    beat,
    classic_group,
    described,
    enter,
    heartbeat,
    known_topic,
    leave,
    rejoin,
    sync,
    synced,
)

OWN_BROKER = True
SETTINGS = {"group.consumer.assignment.interval.ms": "0"}


def run(broker: Wire) -> None:
    group = broker.name("g")
    _ready(broker, group)
    topic = known_topic(broker, partitions=2, near=group)
    classic = classic_group(broker, group, topic, 0, 1)
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 5, member_id=classic, generation=1))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    broker.restart()
    _ready(broker, group)
    broker.ask("Heartbeat", 4, **heartbeat(group, classic, 1))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "new", 2))
    ask_join(broker, 5, **rejoin(group, classic, topic, 0, 1))
    ask_join(broker, 5, **rejoin(group, classic, topic, 0))
    broker.ask("SyncGroup", 5, show=synced, **sync(group, classic, 2))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "new", 2))
    broker.restart()
    _ready(broker, group)
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
    broker.ask("Heartbeat", 4, **heartbeat(group, classic, 2))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "new", -1))
    broker.restart()
    _ready(broker, group)
    broker.ask("DescribeGroups", 5, show=described, groups=[group])
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("Heartbeat", 4, **heartbeat(group, classic, 2))
    broker.ask("Heartbeat", 4, **heartbeat(group, classic, 3))
    broker.ask("LeaveGroup", 5, **leave(group, classic))


def _ready(broker: Wire, group: str) -> None:
    """The coordinator has loaded the group's partition."""
    broker.until(
        lambda answer: answer["groups"][0]["error_code"] not in (14, 15, 16),
        "DescribeGroups",
        5,
        groups=[group],
    )
