"""From a consumer group back to a classic one, when its last member of the new protocol goes.

The epoch becomes the generation and the target assignment what each member was assigned; the
classic members form a stable group. Where a member has left or the target is out of date, it
rebalances at once; a static member that came back with the classic protocol takes over its former
self's share, and nothing else happens.

Source: `GroupMetadataManager.validateOnlineDowngrade*`, `convertToClassicGroup`,
`ClassicGroup.fromConsumerGroup`; KIP-848.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from wirekafka.coordinator.consumer_group.cluster import Cluster
from wirekafka.coordinator.consumer_group.config import ConsumerGroupConfig
from wirekafka.coordinator.consumer_group.embedded import version_of, write_assignment
from wirekafka.coordinator.consumer_group.group import ConsumerGroup, Partitions
from wirekafka.coordinator.consumer_group.member import ConsumerMember
from wirekafka.coordinator.consumer_group.records import group_tombstones
from wirekafka.coordinator.consumer_group.scene import Scene
from wirekafka.coordinator.consumer_group.sessions import forget_timers
from wirekafka.coordinator.group.group import CONSUMER_PROTOCOL_TYPE, ClassicGroup
from wirekafka.coordinator.group.member import ClassicMember
from wirekafka.coordinator.group.rebalance import prepare
from wirekafka.coordinator.group.records import group_record
from wirekafka.coordinator.group.sessions import keep_alive
from wirekafka.coordinator.group.states import GroupState
from wirekafka.coordinator.group.turn import Turn


def may_downgrade(
    group: ConsumerGroup,
    leaving: Collection[ConsumerMember],
    config: ConsumerGroupConfig,
    classic_max_size: int,
) -> bool:
    """Does the group become classic when these members leave it?"""
    staying = len(group.members) - len(leaving)
    return (
        0 < staying <= classic_max_size
        and not any(member.uses_classic_protocol for member in leaving)
        and group.classic_member_count == staying
        and config.migration_policy.allows_downgrade
    )


def may_downgrade_by_replacing(
    group: ConsumerGroup,
    former: ConsumerMember,
    config: ConsumerGroupConfig,
    classic_max_size: int,
) -> bool:
    """Does it when a classic member takes the place of this static one?"""
    return (
        not former.uses_classic_protocol
        and group.classic_member_count == len(group.members) - 1
        and len(group.members) <= classic_max_size
        and config.migration_policy.allows_downgrade
    )


def downgrade(
    scene: Scene,
    turn: Turn,
    group: ConsumerGroup,
    members: Sequence[ConsumerMember],
    *,
    joined: ConsumerMember | None = None,
    must_rebalance: bool,
) -> ClassicGroup:
    """The classic group of these members: its records are written and their sessions run. `joined`
    is a static member that is not in `group` yet, in the place of the one with its instance id."""
    classic = downgraded(group, members, scene.cluster, turn.now_ms)
    member_ids = list(group.members)
    if joined is not None:
        former = group.static_member(joined.instance_id)
        assert former is not None, joined.instance_id
        member_ids[member_ids.index(former.member_id)] = joined.member_id
    turn.decision.records += group_tombstones(group, member_ids)
    assignments = {m.member_id: m.assignment for m in classic.members.values()}
    turn.write(group_record(classic, assignments))
    for member_id in group.members:
        forget_timers(group, member_id, turn)
    for member in classic.members.values():
        keep_alive(classic, member, turn)
    if must_rebalance:
        prepare(classic, turn)
    return classic


def downgraded(
    group: ConsumerGroup, members: Iterable[ConsumerMember], cluster: Cluster, now_ms: int
) -> ClassicGroup:
    """The stable classic group of these members, who all speak the classic protocol. A member that
    is not in `group` has the target of the one with its instance id."""
    classic = ClassicGroup(group.group_id, now_ms)
    classic.generation_id = group.group_epoch
    for member in members:
        classic.add(_convert(member), CONSUMER_PROTOCOL_TYPE)
    classic.protocol_name = classic.selected_protocol()
    for former in classic.members.values():
        instance_id = former.group_instance_id
        source = former.member_id
        if source not in group.members and instance_id is not None:
            source = group.static_members[instance_id]
        version = version_of(former.protocols[classic.protocol_name])
        former.assignment = assignment_bytes(group.target_of(source), cluster, version)
    classic.state = GroupState.STABLE
    classic.note_subscriptions()
    return classic


def assignment_bytes(partitions: Partitions, cluster: Cluster, version: int) -> bytes:
    """As SyncGroup carries it; topics that do not exist any more are left out."""
    by_name: dict[str, list[int]] = {}
    for topic_id, indexes in partitions.items():
        name = cluster.topic_name(topic_id)
        if name is not None:
            by_name[name] = sorted(indexes)
    return write_assignment(by_name, version)


def _convert(member: ConsumerMember) -> ClassicMember:
    metadata = member.classic_metadata
    assert metadata is not None, member.member_id
    return ClassicMember(
        member.member_id,
        group_instance_id=member.instance_id,
        client_id=member.client_id,
        client_host=member.client_host,
        rebalance_timeout_ms=member.rebalance_timeout_ms,
        session_timeout_ms=metadata.session_timeout_ms,
        protocols={row.name: bytes(row.metadata) for row in metadata.supported_protocols},
    )
