"""The messages of AddOffsetsToTxn, API key 25.

Adds a group's offsets to a transaction, before TxnOffsetCommit (KIP-98). Not needed in
transactions V2.

Generated from schemas/add_offsets_to_txn.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import Field, Message, VersionRange


class AddOffsetsToTxnRequest(Message):
    """Versions 0-4, flexible from 3."""

    __slots__ = ("group_id", "producer_epoch", "producer_id", "transactional_id")

    KEY = 25
    VERSIONS = VersionRange(0, 4)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("transactional_id", "string", ""),
        Field("producer_id", "int64", 0),
        Field("producer_epoch", "int16", 0),
        Field("group_id", "string", ""),
    )

    def __init__(
        self,
        transactional_id: str = "",
        producer_id: int = 0,
        producer_epoch: int = 0,
        group_id: str = "",
    ) -> None:
        self.transactional_id = transactional_id
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.group_id = group_id


class AddOffsetsToTxnResponse(Message):
    """Versions 0-4, flexible from 3."""

    __slots__ = ("error_code", "throttle_time_ms")

    KEY = 25
    VERSIONS = VersionRange(0, 4)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
    )

    def __init__(self, throttle_time_ms: int = 0, error_code: int = 0) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
