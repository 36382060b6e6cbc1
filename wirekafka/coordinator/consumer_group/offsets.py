"""Who may commit and fetch offsets of a consumer group.

A member commits with its epoch. An older epoch is still good for a partition that the member has
owned without a break since that epoch or an earlier one (KIP-1251): so a commit that crosses an
answer with the next epoch on its way is not lost. A group without members may be used by simple
consumers, as a classic one.

Source: `ConsumerGroup.validateOffsetCommit`, `validateOffsetFetch`.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.offset_commit import OffsetCommitRequest
from wirekafka_protocol.messages.offset_fetch import OffsetFetchRequestGroup
from wirekafka_protocol.messages.txn_offset_commit import TxnOffsetCommitRequest

from wirekafka.coordinator.consumer_group.cluster import Cluster
from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.member import ConsumerMember

MEMBER_EPOCH_VERSION = 9
"""From this version of OffsetCommit on, clients know member epochs."""


def consumer_commit_error(
    group: ConsumerGroup, cluster: Cluster, api_version: int, request: OffsetCommitRequest
) -> ErrorCode:
    """May this client commit? One partition that it may not refuses all of them."""
    epoch = request.generation_id_or_member_epoch
    if epoch < 0 and not group.members:
        return ErrorCode.NONE
    member = group.members.get(request.member_id)
    if member is None:
        return ErrorCode.UNKNOWN_MEMBER_ID
    if not member.uses_classic_protocol and api_version < MEMBER_EPOCH_VERSION:
        return ErrorCode.UNSUPPORTED_VERSION
    asked = [(t.name, p.partition_index) for t in request.topics for p in t.partitions]
    return _epoch_error(member, cluster, epoch, asked)


def consumer_txn_commit_error(
    group: ConsumerGroup, cluster: Cluster, request: TxnOffsetCommitRequest
) -> ErrorCode:
    """The same for a transaction. Clients of its time know no member epochs: to them a stale one
    is an illegal generation."""
    epoch = request.generation_id
    if epoch < 0 and not group.members:
        return ErrorCode.NONE
    if epoch == -1 and request.member_id == "" and request.group_instance_id is None:
        return ErrorCode.NONE
    member = group.members.get(request.member_id)
    if member is None:
        return ErrorCode.UNKNOWN_MEMBER_ID
    asked = [(t.name, p.partition_index) for t in request.topics for p in t.partitions]
    error = _epoch_error(member, cluster, epoch, asked)
    return ErrorCode.ILLEGAL_GENERATION if error is ErrorCode.STALE_MEMBER_EPOCH else error


def consumer_fetch_error(group: ConsumerGroup, request: OffsetFetchRequestGroup) -> ErrorCode:
    """May this client fetch? Whoever names neither member nor epoch may."""
    if request.member_id is None and request.member_epoch < 0:
        return ErrorCode.NONE
    if request.member_id is None:
        return ErrorCode.UNKNOWN_SERVER_ERROR  # Kafka looks for a member called null, and fails
    member = group.members.get(request.member_id)
    if member is None:
        return ErrorCode.UNKNOWN_MEMBER_ID
    return ErrorCode.NONE if request.member_epoch == member.member_epoch else _stale(member)


def _epoch_error(
    member: ConsumerMember, cluster: Cluster, epoch: int, asked: list[tuple[str, int]]
) -> ErrorCode:
    if epoch == member.member_epoch:
        return ErrorCode.NONE
    if epoch > member.member_epoch:
        return _stale(member)
    for name, index in asked:
        topic = cluster.topic(name)
        if topic is None:
            return _stale(member)
        assigned_epoch = member.assigned.get(topic.topic_id, {}).get(index)
        if assigned_epoch is None:
            assigned_epoch = member.pending_revocation.get(topic.topic_id, {}).get(index)
        if assigned_epoch is None or epoch < assigned_epoch:
            return _stale(member)
    return ErrorCode.NONE


def _stale(member: ConsumerMember) -> ErrorCode:
    if member.uses_classic_protocol:
        return ErrorCode.ILLEGAL_GENERATION
    return ErrorCode.STALE_MEMBER_EPOCH
