"""TransactionLogKey, TransactionLogValue.

Records of __transaction_state. Value 1 is flexible (KIP-915) and carries what transactions V2 need
in tags (KIP-890).

Generated from schemas/transaction_log.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class TransactionLogKey(Message):
    """Versions 0, none of them flexible."""

    __slots__ = ("transactional_id",)

    KEY = 0
    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("transactional_id", "string", ""),
    )

    def __init__(self, transactional_id: str = "") -> None:
        self.transactional_id = transactional_id


class PartitionsSchema(Struct):
    __slots__ = ("partition_ids", "topic")

    FIELDS = (
        Field("topic", "string", ""),
        Field("partition_ids", "int32", (), is_array=True),
    )

    def __init__(self, topic: str = "", partition_ids: list[int] = EMPTY) -> None:
        self.topic = topic
        self.partition_ids: list[int] = [] if partition_ids is EMPTY else partition_ids


class TransactionLogValue(Message):
    """Versions 0-1, flexible from 1."""

    __slots__ = (
        "client_transaction_version",
        "next_producer_epoch",
        "next_producer_id",
        "previous_producer_id",
        "producer_epoch",
        "producer_id",
        "transaction_last_update_timestamp_ms",
        "transaction_partitions",
        "transaction_start_timestamp_ms",
        "transaction_status",
        "transaction_timeout_ms",
    )

    KEY = 0
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = VersionRange(1)
    FIELDS = (
        Field("producer_id", "int64", 0),
        Field(
            "previous_producer_id",
            "int64",
            -1,
            versions=VersionRange(1),
            tag=0,
            tagged=VersionRange(1),
        ),
        Field(
            "next_producer_id", "int64", -1, versions=VersionRange(1), tag=1, tagged=VersionRange(1)
        ),
        Field("producer_epoch", "int16", 0),
        Field(
            "next_producer_epoch",
            "int16",
            -1,
            versions=VersionRange(1),
            tag=3,
            tagged=VersionRange(1),
        ),
        Field("transaction_timeout_ms", "int32", 0),
        Field("transaction_status", "int8", 0),
        Field(
            "transaction_partitions",
            "struct",
            (),
            struct=PartitionsSchema,
            is_array=True,
            nullable=ALWAYS,
        ),
        Field("transaction_last_update_timestamp_ms", "int64", 0),
        Field("transaction_start_timestamp_ms", "int64", 0),
        Field(
            "client_transaction_version",
            "int16",
            0,
            versions=VersionRange(1),
            tag=2,
            tagged=VersionRange(1),
        ),
    )

    def __init__(
        self,
        producer_id: int = 0,
        previous_producer_id: int = -1,
        next_producer_id: int = -1,
        producer_epoch: int = 0,
        next_producer_epoch: int = -1,
        transaction_timeout_ms: int = 0,
        transaction_status: int = 0,
        transaction_partitions: list[PartitionsSchema] | None = EMPTY,
        transaction_last_update_timestamp_ms: int = 0,
        transaction_start_timestamp_ms: int = 0,
        client_transaction_version: int = 0,
    ) -> None:
        self.producer_id = producer_id
        self.previous_producer_id = previous_producer_id
        self.next_producer_id = next_producer_id
        self.producer_epoch = producer_epoch
        self.next_producer_epoch = next_producer_epoch
        self.transaction_timeout_ms = transaction_timeout_ms
        self.transaction_status = transaction_status
        self.transaction_partitions: list[PartitionsSchema] | None = (
            [] if transaction_partitions is EMPTY else transaction_partitions
        )
        self.transaction_last_update_timestamp_ms = transaction_last_update_timestamp_ms
        self.transaction_start_timestamp_ms = transaction_start_timestamp_ms
        self.client_transaction_version = client_transaction_version
