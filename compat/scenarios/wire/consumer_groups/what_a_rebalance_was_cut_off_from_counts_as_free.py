"""A rebalance that starts while members wait for the leader's assignment forgets what they had: a
new member that converts the group then is given what a classic one still owns and commits."""

from compat.wire import Message, Wire, commit
from compat.wire.coordinators import (
    ask_join,
    assigning_at_once,
    classic_group,
    enter,
    known_topic,
    rejoin,
)
from compat.wire.members import described


def run(broker: Wire) -> None:
    group = broker.name("g")
    assigning_at_once(broker, group)
    topic = known_topic(broker, partitions=4, near=group)
    leader = classic_group(broker, group, topic, 0, 1, 2, 3)
    connection = broker.connect()
    joining = connection.send("JoinGroup", 3, **rejoin(group, "", topic))
    broker.rebalancing(group, leader)
    broker.quiet("JoinGroup", 3, **rejoin(group, leader, topic, 0, 1, 2, 3))
    assert isinstance(connection.receive(joining), dict)

    # The leader, cooperative, owns all; before it assigns anything, a third member joins.
    broker.connect().send("JoinGroup", 3, **rejoin(group, "", topic))
    broker.rebalancing(group, leader, 2)
    entered = broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    (row,) = entered["assignment"]["topic_partitions"]
    (index,) = row["partitions"]
    broker.record("Parts", _parts(broker, group))
    _commit(broker, index, commit(group, topic, 5, member_id=leader, generation=2))
    _commit(broker, index, commit(group, topic, 6, member_id="new", generation=3))
    ask_join(broker, 3, **rejoin(group, leader, topic, 0, 1, 2, 3))
    _commit(broker, index, commit(group, topic, 7, member_id=leader, generation=2))


def _commit(broker: Wire, partition: int, body: Message) -> None:
    """Of a partition whose number does not matter."""
    body["topics"][0]["partitions"][0]["partition_index"] = partition
    (topic,) = broker.quiet("OffsetCommit", 9, **body)["topics"]
    broker.record("OffsetCommit v9", topic["partitions"][0]["error_code"])


def _parts(broker: Wire, group: str) -> list[tuple[int, ...]]:
    """Of each member that has an epoch: that, and how many partitions it has and shall have."""
    rows = described(broker, group)["members"]
    return sorted(
        (row["member_epoch"], *map(_count, (row["assignment"], row["target_assignment"])))
        for row in rows
    )


def _count(assignment: Message) -> int:
    return sum(len(row["partitions"]) for row in assignment["topic_partitions"])
