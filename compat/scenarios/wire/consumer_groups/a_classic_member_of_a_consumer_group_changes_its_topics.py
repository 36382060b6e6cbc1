"""A classic member of a new group that joins with other topics changes what is assigned to whom."""

from compat.wire import Wire
from compat.wire.coordinators import (
    ask_join,
    assigning_at_once,
    beat,
    enter,
    heartbeat,
    known_topic,
    rejoin,
    subscription,
    sync,
    synced,
)


def run(broker: Wire) -> None:
    group = broker.name("g")
    assigning_at_once(broker, group)
    first = known_topic(broker, "first", near=group)
    second = known_topic(broker, "second", near=group)
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "new", first))
    for topics in ((first,), (first, second), (second,), ()):
        rows = [{"name": "range", "metadata": subscription(*topics)}]
        joined = ask_join(broker, 5, **rejoin(group, "m", first, protocols=rows))
        broker.ask("SyncGroup", 5, show=synced, **sync(group, "m", joined["generation_id"]))
        broker.ask("Heartbeat", 4, **heartbeat(group, "m", joined["generation_id"]))
    ask_join(broker, 5, **rejoin(group, "m", "unknown-topic"))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "new", 2))
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
