"""The messages of AlterPartition, API key 56.

A leader changes the in-sync replicas of a partition (KIP-497); sent to controllers only. 2 has
topic ids; 3 the epochs of the brokers (KIP-903).

Generated from schemas/alter_partition.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class BrokerState(Struct):
    __slots__ = ("broker_epoch", "broker_id")

    FIELDS = (
        Field("broker_id", "int32", 0),
        Field("broker_epoch", "int64", -1),
    )

    def __init__(self, broker_id: int = 0, broker_epoch: int = -1) -> None:
        self.broker_id = broker_id
        self.broker_epoch = broker_epoch


class AlterPartitionRequestPartitionData(Struct):
    __slots__ = (
        "leader_epoch",
        "leader_recovery_state",
        "new_isr",
        "new_isr_with_epochs",
        "partition_epoch",
        "partition_index",
    )

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("leader_epoch", "int32", 0),
        Field("new_isr", "int32", (), is_array=True, versions=VersionRange(0, 2)),
        Field(
            "new_isr_with_epochs",
            "struct",
            (),
            struct=BrokerState,
            is_array=True,
            versions=VersionRange(3),
        ),
        Field("leader_recovery_state", "int8", 0),
        Field("partition_epoch", "int32", 0),
    )

    def __init__(
        self,
        partition_index: int = 0,
        leader_epoch: int = 0,
        new_isr: list[int] = EMPTY,
        new_isr_with_epochs: list[BrokerState] = EMPTY,
        leader_recovery_state: int = 0,
        partition_epoch: int = 0,
    ) -> None:
        self.partition_index = partition_index
        self.leader_epoch = leader_epoch
        self.new_isr: list[int] = [] if new_isr is EMPTY else new_isr
        self.new_isr_with_epochs: list[BrokerState] = (
            [] if new_isr_with_epochs is EMPTY else new_isr_with_epochs
        )
        self.leader_recovery_state = leader_recovery_state
        self.partition_epoch = partition_epoch


class AlterPartitionRequestTopicData(Struct):
    __slots__ = ("partitions", "topic_id")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field("partitions", "struct", (), struct=AlterPartitionRequestPartitionData, is_array=True),
    )

    def __init__(
        self,
        topic_id: bytes = ZERO_UUID,
        partitions: list[AlterPartitionRequestPartitionData] = EMPTY,
    ) -> None:
        self.topic_id = topic_id
        self.partitions: list[AlterPartitionRequestPartitionData] = (
            [] if partitions is EMPTY else partitions
        )


class AlterPartitionRequest(Message):
    """Versions 2-3, all flexible."""

    __slots__ = ("broker_epoch", "broker_id", "topics")

    KEY = 56
    VERSIONS = VersionRange(2, 3)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("broker_id", "int32", 0),
        Field("broker_epoch", "int64", -1),
        Field("topics", "struct", (), struct=AlterPartitionRequestTopicData, is_array=True),
    )

    def __init__(
        self,
        broker_id: int = 0,
        broker_epoch: int = -1,
        topics: list[AlterPartitionRequestTopicData] = EMPTY,
    ) -> None:
        self.broker_id = broker_id
        self.broker_epoch = broker_epoch
        self.topics: list[AlterPartitionRequestTopicData] = [] if topics is EMPTY else topics


class AlterPartitionResponsePartitionData(Struct):
    __slots__ = (
        "error_code",
        "isr",
        "leader_epoch",
        "leader_id",
        "leader_recovery_state",
        "partition_epoch",
        "partition_index",
    )

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("error_code", "int16", 0),
        Field("leader_id", "int32", 0),
        Field("leader_epoch", "int32", 0),
        Field("isr", "int32", (), is_array=True),
        Field("leader_recovery_state", "int8", 0),
        Field("partition_epoch", "int32", 0),
    )

    def __init__(
        self,
        partition_index: int = 0,
        error_code: int = 0,
        leader_id: int = 0,
        leader_epoch: int = 0,
        isr: list[int] = EMPTY,
        leader_recovery_state: int = 0,
        partition_epoch: int = 0,
    ) -> None:
        self.partition_index = partition_index
        self.error_code = error_code
        self.leader_id = leader_id
        self.leader_epoch = leader_epoch
        self.isr: list[int] = [] if isr is EMPTY else isr
        self.leader_recovery_state = leader_recovery_state
        self.partition_epoch = partition_epoch


class AlterPartitionResponseTopicData(Struct):
    __slots__ = ("partitions", "topic_id")

    FIELDS = (
        Field("topic_id", "uuid", ZERO_UUID),
        Field(
            "partitions", "struct", (), struct=AlterPartitionResponsePartitionData, is_array=True
        ),
    )

    def __init__(
        self,
        topic_id: bytes = ZERO_UUID,
        partitions: list[AlterPartitionResponsePartitionData] = EMPTY,
    ) -> None:
        self.topic_id = topic_id
        self.partitions: list[AlterPartitionResponsePartitionData] = (
            [] if partitions is EMPTY else partitions
        )


class AlterPartitionResponse(Message):
    """Versions 2-3, all flexible."""

    __slots__ = ("error_code", "throttle_time_ms", "topics")

    KEY = 56
    VERSIONS = VersionRange(2, 3)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("topics", "struct", (), struct=AlterPartitionResponseTopicData, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        topics: list[AlterPartitionResponseTopicData] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.topics: list[AlterPartitionResponseTopicData] = [] if topics is EMPTY else topics
