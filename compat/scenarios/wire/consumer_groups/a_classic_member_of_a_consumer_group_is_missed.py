"""A classic member of a new group is removed when its session ends, when it does not join again in
its rebalance timeout, and when it does not sync in it."""

from typing import Any

from compat.wire import Message, Wire
from compat.wire.coordinators import (
    ask_join,
    beat,
    enter,
    heartbeat,
    known_topic,
    rejoin,
    sync,
    synced,
)

SETTINGS = {
    "group.min.session.timeout.ms": "1",
    "group.consumer.assignment.interval.ms": "0",
}


def run(broker: Wire) -> None:
    broker.until(
        lambda answer: answer["error_code"] not in (14, 15, 16),
        "ConsumerGroupHeartbeat",
        1,
        **enter(broker.name("first"), "m", "none"),
    )
    silent, joining, syncing = (broker.name(short) for short in ("silent", "joining", "syncing"))
    topic = known_topic(broker, partitions=2, near=silent)
    _pair(broker, silent, topic, session_timeout_ms=200)
    generation = _pair(broker, joining, topic, rebalance_timeout_ms=200)
    broker.ask("SyncGroup", 5, show=synced, **sync(joining, "classic", generation))
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(joining, "newer", topic))
    broker.ask("Heartbeat", 4, **heartbeat(joining, "classic", generation))
    _pair(broker, syncing, topic, rebalance_timeout_ms=200)
    for group in (silent, joining, syncing):
        broker.until(
            lambda answer: len(answer["groups"][0]["members"]) < (3 if _short(answer) else 2),
            "ConsumerGroupDescribe",
            1,
            group_ids=[group],
        )
        broker.ask("Heartbeat", 4, **heartbeat(group, "classic", generation))
        broker.ask("DescribeGroups", 5, show=_state, groups=[group])
    broker.ask("ConsumerGroupHeartbeat", 1, show=_epoch, **beat(silent, "new", 2))


def _pair(broker: Wire, group: str, topic: str, **timeouts: int) -> int:
    broker.until(
        lambda answer: bool(answer["assignment"] and answer["assignment"]["topic_partitions"]),
        "ConsumerGroupHeartbeat",
        1,
        **enter(group, "new", topic),
    )
    joined = ask_join(
        broker,
        5,
        show=lambda a: a["error_code"],
        **rejoin(group, "classic", topic, **timeouts),
    )
    generation: int = joined["generation_id"]
    return generation


def _short(answer: Message) -> bool:
    return str(answer["groups"][0]["group_id"]).endswith("joining")


def _state(answer: Message) -> Any:
    return answer["groups"][0]["group_state"]


def _epoch(answer: Message) -> Any:
    return answer["error_code"], answer["assignment"] is not None
