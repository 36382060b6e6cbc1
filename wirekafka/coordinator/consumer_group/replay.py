"""The records of consumer groups, applied: the only place where their persisted state changes.

A record may come from a log out of which compaction has taken others, so none relies on those
before it: whatever speaks of a group or a member that is not known makes it, and a tombstone for
what is not known is nothing.

Source: the `replay` methods of `GroupMetadataManager`.
"""

from __future__ import annotations

from collections.abc import Callable
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
)

from wirekafka.coordinator.consumer_group.group import FIRST_EPOCH, ConsumerGroup, ResolvedRegex


def replay_in_group(group: ConsumerGroup, key: Any, value: Any | None) -> None:
    """Apply a record of this group; what its key is not a consumer group's does nothing."""
    apply = _BY_KEY.get(type(key))
    if apply is not None:
        apply(group, key, value)


def is_group_tombstone(key: Any, value: Any | None) -> bool:
    return value is None and isinstance(key, ConsumerGroupMetadataKey)


def _group_epoch(
    group: ConsumerGroup, key: ConsumerGroupMetadataKey, value: ConsumerGroupMetadataValue | None
) -> None:
    if value is None:
        group.is_dead = True
        group.group_epoch = FIRST_EPOCH
    else:
        group.group_epoch = value.epoch
        group.metadata_hash = value.metadata_hash


def _partition_metadata(
    group: ConsumerGroup,
    key: ConsumerGroupPartitionMetadataKey,
    value: ConsumerGroupPartitionMetadataValue | None,
) -> None:
    group.has_partition_metadata_record = value is not None


def _member(
    group: ConsumerGroup,
    key: ConsumerGroupMemberMetadataKey,
    value: ConsumerGroupMemberMetadataValue | None,
) -> None:
    if value is None:
        group.remove_member(key.member_id)
    else:
        group.put_member(group.member_or_new(key.member_id).with_metadata(value))


def _target_epoch(
    group: ConsumerGroup,
    key: ConsumerGroupTargetAssignmentMetadataKey,
    value: ConsumerGroupTargetAssignmentMetadataValue | None,
) -> None:
    group.assignment_epoch = 0 if value is None else value.assignment_epoch
    group.assignment_timestamp_ms = 0 if value is None else value.assignment_timestamp


def _target(
    group: ConsumerGroup,
    key: ConsumerGroupTargetAssignmentMemberKey,
    value: ConsumerGroupTargetAssignmentMemberValue | None,
) -> None:
    if value is None:
        group.target.pop(key.member_id, None)
    else:
        group.target[key.member_id] = {
            row.topic_id: frozenset(row.partitions) for row in value.topic_partitions
        }


def _current_assignment(
    group: ConsumerGroup,
    key: ConsumerGroupCurrentMemberAssignmentKey,
    value: ConsumerGroupCurrentMemberAssignmentValue | None,
) -> None:
    if value is not None:
        group.put_member(group.member_or_new(key.member_id).with_assignment(value))
    elif key.member_id in group.members:
        group.put_member(group.members[key.member_id].without_assignment())


def _regex(
    group: ConsumerGroup,
    key: ConsumerGroupRegularExpressionKey,
    value: ConsumerGroupRegularExpressionValue | None,
) -> None:
    if value is None:
        group.resolved_regexes.pop(key.regular_expression, None)
    else:
        group.resolved_regexes[key.regular_expression] = ResolvedRegex(
            frozenset(value.topics), value.version, value.timestamp
        )


_BY_KEY: dict[type[Any], Callable[[ConsumerGroup, Any, Any], None]] = {
    ConsumerGroupMetadataKey: _group_epoch,
    ConsumerGroupPartitionMetadataKey: _partition_metadata,
    ConsumerGroupMemberMetadataKey: _member,
    ConsumerGroupTargetAssignmentMetadataKey: _target_epoch,
    ConsumerGroupTargetAssignmentMemberKey: _target,
    ConsumerGroupCurrentMemberAssignmentKey: _current_assignment,
    ConsumerGroupRegularExpressionKey: _regex,
}
"""What applies a record, by the type of its key."""

KEYS = tuple(_BY_KEY)
