"""A new member is given a partition that a classic member has yet to give up, for what the leader
assigned counts, heard or not; both may commit until the classic one joins again."""

from typing import Any

from compat.wire import Message, Wire, commit
from compat.wire.coordinators import (
    ask_join,
    assigned,
    assigning_at_once,
    beat,
    classic_group,
    enter,
    heartbeat,
    known_topic,
    rejoin,
    sync,
    synced,
)
from compat.wire.members import described


def run(broker: Wire) -> None:
    group = broker.name("g")
    assigning_at_once(broker, group)
    topic = known_topic(broker, partitions=3, near=group)
    leader = classic_group(broker, group, topic, 0)
    connection = broker.connect()
    joining = connection.send("JoinGroup", 3, **rejoin(group, "", topic))
    broker.rebalancing(group, leader)
    broker.quiet("JoinGroup", 3, **rejoin(group, leader, topic, 0))
    joined = connection.receive(joining)
    assert isinstance(joined, dict)
    follower = joined["member_id"]
    shares = (leader, assigned(topic, 0)), (follower, assigned(topic, 1, 2))
    broker.quiet("SyncGroup", 3, **sync(group, leader, 2, *shares))
    broker.ask("SyncGroup", 3, show=synced, **sync(group, follower, 2))

    # The next generation asks the cooperative follower for partition 2.
    lead = broker.connect()
    leading = lead.send("JoinGroup", 3, **rejoin(group, leader, topic, 0))
    broker.rebalancing(group, follower, 2)
    broker.quiet("JoinGroup", 3, **rejoin(group, follower, topic, 1, 2))
    lead.receive(leading)
    shares = (leader, assigned(topic, 0)), (follower, assigned(topic, 1))
    broker.quiet("SyncGroup", 3, **sync(group, leader, 3, *shares))

    # It has not heard that yet, and consumes 1 and 2.
    broker.ask("OffsetCommit", 8, **_of(follower, 3, group, topic, 5))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    broker.record("Who has what", _who_has_what(broker, group))
    broker.ask("OffsetCommit", 9, **_of("new", 4, group, topic, 6))
    broker.ask("OffsetCommit", 8, **_of(follower, 3, group, topic, 7))
    broker.ask("SyncGroup", 3, show=synced, **sync(group, follower, 3))
    broker.ask("Heartbeat", 3, **heartbeat(group, follower, 3))
    ask_join(broker, 3, **rejoin(group, follower, topic, 1, 2))
    broker.ask("SyncGroup", 3, show=synced, **sync(group, follower, 4))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "new", 4))
    broker.record("Who has what", _who_has_what(broker, group))


def _of(member_id: str, epoch: int, group: str, topic: str, offset: int) -> Message:
    """A commit for partition 2."""
    body = commit(group, topic, offset, member_id=member_id)
    body["generation_id_or_member_epoch"] = epoch
    body["topics"][0]["partitions"][0]["partition_index"] = 2
    return body


def _who_has_what(broker: Wire, group: str) -> list[Any]:
    return sorted(_has(row) for row in described(broker, group)["members"])


def _has(member: Message) -> list[Any]:
    parts = [row["partitions"] for row in member["assignment"]["topic_partitions"]]
    wanted = [row["partitions"] for row in member["target_assignment"]["topic_partitions"]]
    return [member["member_type"], member["member_epoch"], parts, wanted]
