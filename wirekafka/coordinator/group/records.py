"""The records of `__consumer_offsets`: Kafka's own formats, so that its tools read our log.

A key is an int16 record type and the message in version 0; a value is an int16 version and the
message in that version. A value of None is a tombstone.

| type | key | value, version written |
|---|---|---|
| 0 | LegacyOffsetCommitKey (read only; brokers older than 0.9.0) | as type 1 |
| 1 | OffsetCommitKey: group, topic, partition | OffsetCommitValue 4, or 1 with an expiry |
| 2 | GroupMetadataKey: group | GroupMetadataValue 3 |

Types 3 to 8 and 16 are those of groups of the consumer protocol (consumer_group/records.py). Other
types (share and streams groups) are skipped when the log is read.

Source: `GroupCoordinatorRecordHelpers` and the logs of Kafka 4.3.1.
"""

from __future__ import annotations

from collections.abc import Iterable

from wirekafka_protocol.codec import decoder, encoder
from wirekafka_protocol.messages.group_metadata import (
    GroupMetadataKey,
    GroupMetadataValue,
    MemberMetadata,
)
from wirekafka_protocol.messages.offset_commit_record import OffsetCommitKey, OffsetCommitValue
from wirekafka_protocol.schema import Message

from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.records import MESSAGES as CONSUMER_MESSAGES
from wirekafka.coordinator.consumer_group.records import group_tombstones as consumer_tombstones
from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.machine import CoordinatorRecord

LEGACY_OFFSET_COMMIT = 0
OFFSET_COMMIT = 1
GROUP_METADATA = 2

GROUP_METADATA_VERSION = 3
OFFSET_COMMIT_VERSION = 4
OFFSET_COMMIT_EXPIRING_VERSION = 1
"""The one version with an expiry time: for clients that ask for a retention (OffsetCommit v2-4)."""

_KEY_MESSAGE_VERSION = 0
_PREFIX_BYTES = 2

_MESSAGES: dict[int, tuple[type[Message], type[Message]]] = {
    # The legacy key has the same layout, and its value is OffsetCommitValue 0 or 1.
    LEGACY_OFFSET_COMMIT: (OffsetCommitKey, OffsetCommitValue),
    OFFSET_COMMIT: (OffsetCommitKey, OffsetCommitValue),
    GROUP_METADATA: (GroupMetadataKey, GroupMetadataValue),
    **CONSUMER_MESSAGES,
}
"""Key and value, by the type of the record."""


def offset_record(
    group_id: str, topic: str, partition: int, value: OffsetCommitValue
) -> CoordinatorRecord:
    expires = value.expire_timestamp != -1
    version = OFFSET_COMMIT_EXPIRING_VERSION if expires else OFFSET_COMMIT_VERSION
    key = OffsetCommitKey(group_id, topic, partition)
    return CoordinatorRecord(key, OFFSET_COMMIT, value, version)


def offset_tombstone(group_id: str, topic: str, partition: int) -> CoordinatorRecord:
    return CoordinatorRecord(OffsetCommitKey(group_id, topic, partition), OFFSET_COMMIT, None)


def group_record(group: ClassicGroup, assignments: dict[str, bytes]) -> CoordinatorRecord:
    """The generation that the group is in, with what each member is assigned."""
    name = group.protocol_name
    members = [
        MemberMetadata(
            member.member_id,
            member.group_instance_id,
            member.client_id,
            member.client_host,
            member.rebalance_timeout_ms,
            member.session_timeout_ms,
            member.protocols[name],
            assignments.get(member.member_id, b""),
        )
        for member in group.members.values()
        if name is not None
    ]
    value = GroupMetadataValue(
        group.protocol_type or "",
        group.generation_id,
        name,
        group.leader_id,
        group.state_timestamp_ms,
        members,
    )
    key = GroupMetadataKey(group.group_id)
    return CoordinatorRecord(key, GROUP_METADATA, value, GROUP_METADATA_VERSION)


def new_group_record(group: ClassicGroup) -> CoordinatorRecord:
    """A group that somebody asked to join for the first time; nobody is in it yet."""
    value = GroupMetadataValue("", 0, None, None, group.state_timestamp_ms, [])
    key = GroupMetadataKey(group.group_id)
    return CoordinatorRecord(key, GROUP_METADATA, value, GROUP_METADATA_VERSION)


def group_tombstone(group_id: str) -> CoordinatorRecord:
    return CoordinatorRecord(GroupMetadataKey(group_id), GROUP_METADATA, None)


def group_tombstones(group: ClassicGroup | ConsumerGroup) -> Iterable[CoordinatorRecord]:
    """What removes the group, of whatever protocol, without its offsets."""
    if isinstance(group, ConsumerGroup):
        return consumer_tombstones(group)
    return [group_tombstone(group.group_id)]


def encode_record(record: CoordinatorRecord) -> tuple[bytes, bytes | None]:
    """Key and value as they lie in the log."""
    key = bytearray(record.key_version.to_bytes(_PREFIX_BYTES, "big"))
    encoder(type(record.key), _KEY_MESSAGE_VERSION)(record.key, key)
    if record.value is None:
        return bytes(key), None
    value = bytearray(record.value_version.to_bytes(_PREFIX_BYTES, "big"))
    encoder(type(record.value), record.value_version)(record.value, value)
    return bytes(key), bytes(value)


def decode_record(key: bytes, value: bytes | None) -> CoordinatorRecord | None:
    """A record of the log; None for a type that this coordinator does not know.

    Raises ProtocolError when key or value is damaged or of a version that we cannot read.
    """
    record_type = int.from_bytes(key[:_PREFIX_BYTES], "big")
    classes = _MESSAGES.get(record_type)
    if classes is None:
        return None
    key_class, value_class = classes
    if record_type == LEGACY_OFFSET_COMMIT:
        record_type = OFFSET_COMMIT
    read_key, _ = decoder(key_class, _KEY_MESSAGE_VERSION)(key, _PREFIX_BYTES, len(key))
    if value is None:
        return CoordinatorRecord(read_key, record_type, None)
    version = int.from_bytes(value[:_PREFIX_BYTES], "big")
    read_value, _ = decoder(value_class, version)(value, _PREFIX_BYTES, len(value))
    return CoordinatorRecord(read_key, record_type, read_value, version)
