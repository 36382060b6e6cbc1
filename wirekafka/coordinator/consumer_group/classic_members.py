"""Members of a consumer group that speak the classic protocol: Heartbeat and SyncGroup.

The member epoch is their generation. Nobody waits for anybody: what they are assigned is decided
by the broker when they join (classic_join.py), SyncGroup fetches it, and a heartbeat tells them to
join again when there is something to give up or to take. What they must do in time (join, sync) is
watched by timers of their rebalance timeout (classic_timers.py), beside their session.

| heartbeat | answer |
|---|---|
| the target is newer than the member's epoch | REBALANCE_IN_PROGRESS |
| the member has to give up partitions | REBALANCE_IN_PROGRESS |
| partitions were missing, and all are free now | REBALANCE_IN_PROGRESS |
| otherwise | NONE |

Source: `GroupMetadataManager.classicGroupHeartbeatToConsumerGroup`,
`classicGroupSyncToConsumerGroup`; KIP-848.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse

from wirekafka.coordinator.consumer_group.cluster import Cluster
from wirekafka.coordinator.consumer_group.downgrade import assignment_bytes
from wirekafka.coordinator.consumer_group.embedded import version_of
from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.member import ConsumerMember, MemberState
from wirekafka.coordinator.group.group import CONSUMER_PROTOCOL_TYPE


def member_called(group: ConsumerGroup, member_id: str, instance_id: str | None) -> ConsumerMember:
    """The member that a classic request names. Raises ApiError UNKNOWN_MEMBER_ID, or
    FENCED_INSTANCE_ID if another one has the instance id."""
    if instance_id is None:
        member = group.members.get(member_id)
    else:
        member = group.static_member(instance_id)
        if member is not None and member.member_id != member_id:
            raise ApiError(
                ErrorCode.FENCED_INSTANCE_ID,
                f"instance id {instance_id} of group {group.group_id} belongs to another member"
                f" than {member_id}",
            )
    if member is None:
        raise ApiError(
            ErrorCode.UNKNOWN_MEMBER_ID, f"{member_id} is no member of group {group.group_id}"
        )
    return member


def classic_member_called(
    group: ConsumerGroup, member_id: str, instance_id: str | None, generation_id: int
) -> ConsumerMember:
    """The same; it must speak the classic protocol and name its epoch. Raises ApiError, also with
    ILLEGAL_GENERATION."""
    member = member_called(group, member_id, instance_id)
    if not member.uses_classic_protocol:
        raise ApiError(
            ErrorCode.UNKNOWN_MEMBER_ID, f"member {member_id} does not use the classic protocol"
        )
    if generation_id != member.member_epoch:
        raise ApiError(
            ErrorCode.ILLEGAL_GENERATION,
            f"generation {generation_id} is not the epoch {member.member_epoch} of member"
            f" {member.member_id}",
        )
    return member


def heartbeat_error(group: ConsumerGroup, member: ConsumerMember) -> ErrorCode:
    """Must the member join again? (See the table above.)"""
    must_join = (
        member.member_epoch < group.assignment_epoch
        or member.state is MemberState.UNREVOKED_PARTITIONS
        or (member.state is MemberState.UNRELEASED_PARTITIONS and not _is_waiting(group, member))
    )
    return ErrorCode.REBALANCE_IN_PROGRESS if must_join else ErrorCode.NONE


def heartbeat_member(group: ConsumerGroup, request: HeartbeatRequest) -> ConsumerMember:
    """Who sends the heartbeat. Raises ApiError."""
    return classic_member_called(
        group, request.member_id, request.group_instance_id, request.generation_id
    )


def sync_member(group: ConsumerGroup, request: SyncGroupRequest) -> ConsumerMember:
    """Who asks for its assignment. Raises ApiError, also INCONSISTENT_GROUP_PROTOCOL."""
    member = classic_member_called(
        group, request.member_id, request.group_instance_id, request.generation_id
    )
    for asked, actual in (
        (request.protocol_type, CONSUMER_PROTOCOL_TYPE),
        (request.protocol_name, protocol_name_of(member)),
    ):
        if asked is not None and asked != actual:
            raise ApiError(
                ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
                f"member {member.member_id} joined with {actual}, not {asked}",
            )
    return member


def is_out_of_date(group: ConsumerGroup, member: ConsumerMember) -> bool:
    """Must it join again before it may sync? One that has to give up partitions first has joined
    already and is told what it keeps."""
    return (
        group.assignment_epoch > member.member_epoch
        and member.state is not MemberState.UNREVOKED_PARTITIONS
    )


def sync_response(
    member: ConsumerMember, request: SyncGroupRequest, cluster: Cluster
) -> SyncGroupResponse:
    """Its partitions, in the version of the embedded protocol in which it joined."""
    metadata = member.classic_metadata
    assert metadata is not None, member.member_id
    assigned = {topic_id: frozenset(epochs) for topic_id, epochs in member.assigned.items()}
    version = version_of(metadata.supported_protocols[0].metadata)
    return SyncGroupResponse(
        protocol_type=request.protocol_type,
        protocol_name=request.protocol_name,
        assignment=assignment_bytes(assigned, cluster, version),
    )


def protocol_name_of(member: ConsumerMember) -> str:
    """The one that JoinGroup answers: the member's favourite, because nobody else reads it."""
    metadata = member.classic_metadata
    assert metadata is not None, member.member_id
    return metadata.supported_protocols[0].name


def _is_waiting(group: ConsumerGroup, member: ConsumerMember) -> bool:
    """Does somebody still own what the member is to get?"""
    for topic_id, target in group.target_of(member.member_id).items():
        owned = group.partition_epochs.get(topic_id, {})
        mine = member.assigned.get(topic_id, {})
        if any(index in owned and index not in mine for index in target):
            return True
    return False
