"""ShareSnapshotKey, ShareSnapshotValue, ShareUpdateKey, ShareUpdateValue.

Records of __share_group_state: a snapshot of a partition's share state, then updates of it
(KIP-932). A key follows its int16 record type, a value its int16 version.

Generated from schemas/share_state_records.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class ShareSnapshotKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "partition", "topic_id")

    KEY = 0
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("topic_id", "uuid", ZERO_UUID),
        Field("partition", "int32", 0),
    )

    def __init__(self, group_id: str = "", topic_id: bytes = ZERO_UUID, partition: int = 0) -> None:
        self.group_id = group_id
        self.topic_id = topic_id
        self.partition = partition


class StateBatch(Struct):
    __slots__ = ("delivery_count", "delivery_state", "first_offset", "last_offset")

    FIELDS = (
        Field("first_offset", "int64", 0),
        Field("last_offset", "int64", 0),
        Field("delivery_state", "int8", 0),
        Field("delivery_count", "int16", 0),
    )

    def __init__(
        self,
        first_offset: int = 0,
        last_offset: int = 0,
        delivery_state: int = 0,
        delivery_count: int = 0,
    ) -> None:
        self.first_offset = first_offset
        self.last_offset = last_offset
        self.delivery_state = delivery_state
        self.delivery_count = delivery_count


class ShareSnapshotValue(Message):
    """Versions 0, all flexible."""

    __slots__ = (
        "create_timestamp",
        "delivery_complete_count",
        "leader_epoch",
        "snapshot_epoch",
        "start_offset",
        "state_batches",
        "state_epoch",
        "write_timestamp",
    )

    KEY = 0
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("snapshot_epoch", "int32", 0),
        Field("state_epoch", "int32", 0),
        Field("leader_epoch", "int32", 0),
        Field("start_offset", "int64", 0),
        Field("delivery_complete_count", "int32", -1, tag=0, tagged=ALWAYS),
        Field("create_timestamp", "int64", 0),
        Field("write_timestamp", "int64", 0),
        Field("state_batches", "struct", (), struct=StateBatch, is_array=True),
    )

    def __init__(
        self,
        snapshot_epoch: int = 0,
        state_epoch: int = 0,
        leader_epoch: int = 0,
        start_offset: int = 0,
        delivery_complete_count: int = -1,
        create_timestamp: int = 0,
        write_timestamp: int = 0,
        state_batches: list[StateBatch] = EMPTY,
    ) -> None:
        self.snapshot_epoch = snapshot_epoch
        self.state_epoch = state_epoch
        self.leader_epoch = leader_epoch
        self.start_offset = start_offset
        self.delivery_complete_count = delivery_complete_count
        self.create_timestamp = create_timestamp
        self.write_timestamp = write_timestamp
        self.state_batches: list[StateBatch] = [] if state_batches is EMPTY else state_batches


class ShareUpdateKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("group_id", "partition", "topic_id")

    KEY = 1
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("group_id", "string", ""),
        Field("topic_id", "uuid", ZERO_UUID),
        Field("partition", "int32", 0),
    )

    def __init__(self, group_id: str = "", topic_id: bytes = ZERO_UUID, partition: int = 0) -> None:
        self.group_id = group_id
        self.topic_id = topic_id
        self.partition = partition


class ShareUpdateValue(Message):
    """Versions 0, all flexible."""

    __slots__ = (
        "delivery_complete_count",
        "leader_epoch",
        "snapshot_epoch",
        "start_offset",
        "state_batches",
    )

    KEY = 1
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("snapshot_epoch", "int32", 0),
        Field("leader_epoch", "int32", 0),
        Field("start_offset", "int64", 0),
        Field("delivery_complete_count", "int32", -1, tag=0, tagged=ALWAYS),
        Field("state_batches", "struct", (), struct=StateBatch, is_array=True),
    )

    def __init__(
        self,
        snapshot_epoch: int = 0,
        leader_epoch: int = 0,
        start_offset: int = 0,
        delivery_complete_count: int = -1,
        state_batches: list[StateBatch] = EMPTY,
    ) -> None:
        self.snapshot_epoch = snapshot_epoch
        self.leader_epoch = leader_epoch
        self.start_offset = start_offset
        self.delivery_complete_count = delivery_complete_count
        self.state_batches: list[StateBatch] = [] if state_batches is EMPTY else state_batches
