"""TxnOffsetCommit: offsets that a transaction takes along.

The rules about the member are those of OffsetCommit, with two differences: a client that names
neither generation nor member is accepted even while the group has members (versions below 3 cannot
name any), and it does not matter whether the group is in the middle of a rebalance. Nor does it
keep the member's session alive.

Source: `OffsetMetadataManager.commitTransactionalOffset`, `ClassicGroup.validateOffsetCommit`;
KIP-98, KIP-447.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.offset_commit_record import OffsetCommitValue
from wirekafka_protocol.messages.txn_offset_commit import (
    TxnOffsetCommitRequest,
    TxnOffsetCommitResponse,
    TxnOffsetCommitResponsePartition,
    TxnOffsetCommitResponseTopic,
)
from wirekafka_protocol.uuids import ZERO_UUID

from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.offsets import NO_EXPIRY, is_metadata_too_large
from wirekafka.coordinator.group.records import offset_record
from wirekafka.coordinator.group.states import GroupState
from wirekafka.coordinator.group.turn import Turn
from wirekafka.coordinator.machine import ProducerStamp


def txn_commit_error(group: ClassicGroup | None, request: TxnOffsetCommitRequest) -> ErrorCode:
    """May this client commit?"""
    generation_id = request.generation_id
    if group is None:
        return ErrorCode.NONE if generation_id < 0 else ErrorCode.ILLEGAL_GENERATION
    if generation_id < 0 and group.state is GroupState.EMPTY:
        return ErrorCode.NONE
    names_member = request.member_id != "" or request.group_instance_id is not None
    if generation_id < 0 and not names_member:
        return ErrorCode.NONE
    error = group.member_error(request.member_id, request.group_instance_id)
    if error is not ErrorCode.NONE:
        return error
    if generation_id != group.generation_id:
        return ErrorCode.ILLEGAL_GENERATION
    return ErrorCode.NONE


def txn_commit_refused(
    request: TxnOffsetCommitRequest, error: ErrorCode
) -> TxnOffsetCommitResponse:
    """The same error for every partition of the request."""
    return TxnOffsetCommitResponse(
        topics=[
            TxnOffsetCommitResponseTopic(
                topic.name,
                [
                    TxnOffsetCommitResponsePartition(row.partition_index, error)
                    for row in topic.partitions
                ],
            )
            for topic in request.topics
        ]
    )


def txn_commit(turn: Turn, request: TxnOffsetCommitRequest) -> TxnOffsetCommitResponse:
    """Write a record per partition for the producer; only metadata that is too long is refused."""
    decision = turn.decision
    decision.producer = ProducerStamp(request.producer_id, request.producer_epoch)
    response = TxnOffsetCommitResponse()
    for topic in request.topics:
        rows = []
        for row in topic.partitions:
            index = row.partition_index
            metadata = row.committed_metadata or ""
            if is_metadata_too_large(turn, metadata):
                error = ErrorCode.OFFSET_METADATA_TOO_LARGE
                rows.append(TxnOffsetCommitResponsePartition(index, error))
                continue
            value = OffsetCommitValue(
                row.committed_offset,
                row.committed_leader_epoch,
                metadata,
                turn.now_ms,
                NO_EXPIRY,
                ZERO_UUID,
            )
            turn.write(offset_record(request.group_id, topic.name, index, value))
            rows.append(TxnOffsetCommitResponsePartition(index))
        response.topics.append(TxnOffsetCommitResponseTopic(topic.name, rows))
    return response
