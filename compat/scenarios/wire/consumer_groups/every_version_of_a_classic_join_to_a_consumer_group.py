"""Every version of JoinGroup, SyncGroup, Heartbeat and LeaveGroup serves classic members of a new
group."""

from compat.wire import Message, Wire
from compat.wire.coordinators import (
    ask_join,
    assigning_at_once,
    beat,
    enter,
    heartbeat,
    known_topic,
    leave,
    rejoin,
    sync,
    synced,
)


def run(broker: Wire) -> None:
    topic = ""
    for version in range(10):
        group = broker.name(f"g{version}")
        assigning_at_once(broker, group)
        topic = topic or known_topic(broker, partitions=2, near=group)
        broker.until(
            lambda answer: bool(answer["assignment"] and answer["assignment"]["topic_partitions"]),
            "ConsumerGroupHeartbeat",
            1,
            **enter(group, "new", topic),
        )
        joined = ask_join(broker, version, show=_shown, **rejoin(group, "m", topic))
        generation = joined["generation_id"]
        broker.ask("SyncGroup", min(version, 5), show=synced, **sync(group, "m", generation))
        broker.ask("Heartbeat", min(version, 4), **heartbeat(group, "m", generation))
        broker.ask("LeaveGroup", min(version, 5), **leave(group, "m"))
        broker.quiet("ConsumerGroupHeartbeat", 1, **beat(group, "new", -1))


def _shown(answer: Message) -> Message:
    """The generation depends on how often the first member had to ask."""
    return {key: value for key, value in answer.items() if key != "generation_id"}
