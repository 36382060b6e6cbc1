"""The records of consumer groups in `__consumer_offsets`: Kafka's own formats.

| type | key | value, version 0 |
|---|---|---|
| 3 | ConsumerGroupMetadataKey: group | group epoch, metadata hash |
| 4 | ConsumerGroupPartitionMetadataKey: group | (brokers before 4.1; we write only its tombstone) |
| 5 | ConsumerGroupMemberMetadataKey: group, member | what the member said of itself |
| 6 | ConsumerGroupTargetAssignmentMetadataKey: group | assignment epoch and time |
| 7 | ConsumerGroupTargetAssignmentMemberKey: group, member | what the member shall have |
| 8 | ConsumerGroupCurrentMemberAssignmentKey: group, member | its epoch, what it has |
| 16 | ConsumerGroupRegularExpressionKey: group, pattern | the topics that it matches |

A member is removed in the order 8, 7, 5; a group in the order 8, 7, 6, 5, 16, 4, 3: whoever reads
the log finds nothing that refers to what is gone.

Source: `GroupCoordinatorRecordHelpers` and the logs of Kafka 4.3.1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from wirekafka_protocol.messages.consumer_group_records import (
    ConsumerGroupCurrentMemberAssignmentKey,
    ConsumerGroupCurrentMemberAssignmentValue,
    ConsumerGroupMemberMetadataKey,
    ConsumerGroupMemberMetadataValue,
    ConsumerGroupMetadataKey,
    ConsumerGroupMetadataValue,
    ConsumerGroupPartitionMetadataKey,
    ConsumerGroupPartitionMetadataValue,
    ConsumerGroupRegularExpressionKey,
    ConsumerGroupRegularExpressionValue,
    ConsumerGroupTargetAssignmentMemberKey,
    ConsumerGroupTargetAssignmentMemberValue,
    ConsumerGroupTargetAssignmentMetadataKey,
    ConsumerGroupTargetAssignmentMetadataValue,
    TopicPartition,
)

from wirekafka.coordinator.consumer_group.group import ConsumerGroup, Partitions, ResolvedRegex
from wirekafka.coordinator.consumer_group.member import ConsumerMember
from wirekafka.coordinator.machine import CoordinatorRecord

GROUP_EPOCH = 3
PARTITION_METADATA = 4
MEMBER = 5
TARGET_EPOCH = 6
TARGET = 7
CURRENT_ASSIGNMENT = 8
REGEX = 16

MESSAGES: dict[int, tuple[type[Any], type[Any]]] = {
    GROUP_EPOCH: (ConsumerGroupMetadataKey, ConsumerGroupMetadataValue),
    PARTITION_METADATA: (ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue),
    MEMBER: (ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue),
    TARGET_EPOCH: (
        ConsumerGroupTargetAssignmentMetadataKey,
        ConsumerGroupTargetAssignmentMetadataValue,
    ),
    TARGET: (ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue),
    CURRENT_ASSIGNMENT: (
        ConsumerGroupCurrentMemberAssignmentKey,
        ConsumerGroupCurrentMemberAssignmentValue,
    ),
    REGEX: (ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue),
}
"""Record type to the messages of its key and its value."""


def group_epoch_record(group_id: str, epoch: int, metadata_hash: int) -> CoordinatorRecord:
    value = ConsumerGroupMetadataValue(epoch, metadata_hash)
    return CoordinatorRecord(ConsumerGroupMetadataKey(group_id), GROUP_EPOCH, value)


def partition_metadata_tombstone(group_id: str) -> CoordinatorRecord:
    key = ConsumerGroupPartitionMetadataKey(group_id)
    return CoordinatorRecord(key, PARTITION_METADATA, None)


def member_record(group_id: str, member: ConsumerMember) -> CoordinatorRecord:
    key = ConsumerGroupMemberMetadataKey(group_id, member.member_id)
    return CoordinatorRecord(key, MEMBER, member.metadata_value())


def target_epoch_record(group_id: str, epoch: int, timestamp_ms: int) -> CoordinatorRecord:
    value = ConsumerGroupTargetAssignmentMetadataValue(epoch, timestamp_ms)
    key = ConsumerGroupTargetAssignmentMetadataKey(group_id)
    return CoordinatorRecord(key, TARGET_EPOCH, value)


def target_record(group_id: str, member_id: str, target: Partitions) -> CoordinatorRecord:
    rows = [TopicPartition(topic_id, sorted(indexes)) for topic_id, indexes in target.items()]
    key = ConsumerGroupTargetAssignmentMemberKey(group_id, member_id)
    return CoordinatorRecord(key, TARGET, ConsumerGroupTargetAssignmentMemberValue(rows))


def assignment_record(group_id: str, member: ConsumerMember) -> CoordinatorRecord:
    key = ConsumerGroupCurrentMemberAssignmentKey(group_id, member.member_id)
    return CoordinatorRecord(key, CURRENT_ASSIGNMENT, member.assignment_value())


def regex_record(group_id: str, regex: str, resolved: ResolvedRegex) -> CoordinatorRecord:
    value = ConsumerGroupRegularExpressionValue(
        sorted(resolved.topics), resolved.version, resolved.timestamp_ms
    )
    return CoordinatorRecord(ConsumerGroupRegularExpressionKey(group_id, regex), REGEX, value)


def regex_tombstone(group_id: str, regex: str) -> CoordinatorRecord:
    return CoordinatorRecord(ConsumerGroupRegularExpressionKey(group_id, regex), REGEX, None)


def member_tombstones(group_id: str, member_id: str) -> list[CoordinatorRecord]:
    """What removes a member."""
    return [
        _assignment_tombstone(group_id, member_id),
        _target_tombstone(group_id, member_id),
        _member_tombstone(group_id, member_id),
    ]


def group_tombstones(
    group: ConsumerGroup, member_ids: Collection[str] | None = None
) -> Iterator[CoordinatorRecord]:
    """What removes the group with everything in it; `member_ids` if others than the group's are in
    the log by then."""
    group_id = group.group_id
    if member_ids is None:
        member_ids = group.members.keys()
    for member_id in member_ids:
        yield _assignment_tombstone(group_id, member_id)
    for member_id in member_ids:
        yield _target_tombstone(group_id, member_id)
    yield CoordinatorRecord(ConsumerGroupTargetAssignmentMetadataKey(group_id), TARGET_EPOCH, None)
    for member_id in member_ids:
        yield _member_tombstone(group_id, member_id)
    for regex in group.resolved_regexes:
        yield regex_tombstone(group_id, regex)
    yield partition_metadata_tombstone(group_id)
    yield CoordinatorRecord(ConsumerGroupMetadataKey(group_id), GROUP_EPOCH, None)


def group_records(group: ConsumerGroup) -> Iterator[CoordinatorRecord]:
    """What makes the group as it is, in the order in which a conversion writes it."""
    group_id = group.group_id
    for member in group.members.values():
        yield member_record(group_id, member)
    yield group_epoch_record(group_id, group.group_epoch, group.metadata_hash)
    for member_id in group.members:
        yield target_record(group_id, member_id, group.target_of(member_id))
    yield target_epoch_record(group_id, group.assignment_epoch, group.assignment_timestamp_ms)
    for member in group.members.values():
        yield assignment_record(group_id, member)


def _assignment_tombstone(group_id: str, member_id: str) -> CoordinatorRecord:
    key = ConsumerGroupCurrentMemberAssignmentKey(group_id, member_id)
    return CoordinatorRecord(key, CURRENT_ASSIGNMENT, None)


def _target_tombstone(group_id: str, member_id: str) -> CoordinatorRecord:
    key = ConsumerGroupTargetAssignmentMemberKey(group_id, member_id)
    return CoordinatorRecord(key, TARGET, None)


def _member_tombstone(group_id: str, member_id: str) -> CoordinatorRecord:
    key = ConsumerGroupMemberMetadataKey(group_id, member_id)
    return CoordinatorRecord(key, MEMBER, None)
