"""The messages of InitProducerId, API key 22.

Gives an idempotent or transactional producer its id and epoch. 3 lets a producer bump its epoch
(KIP-360). 6 is unstable in Kafka 4.3 (two-phase commit, KIP-939) and not advertised.

Generated from schemas/init_producer_id.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, Field, Message, VersionRange


class InitProducerIdRequest(Message):
    """Versions 0-6, flexible from 2."""

    __slots__ = (
        "enable2_pc",
        "keep_prepared_txn",
        "producer_epoch",
        "producer_id",
        "transaction_timeout_ms",
        "transactional_id",
    )

    KEY = 22
    VERSIONS = VersionRange(0, 6)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("transactional_id", "string", "", nullable=ALWAYS),
        Field("transaction_timeout_ms", "int32", 0),
        Field("producer_id", "int64", -1, versions=VersionRange(3)),
        Field("producer_epoch", "int16", -1, versions=VersionRange(3)),
        Field("enable2_pc", "bool", False, versions=VersionRange(6)),
        Field("keep_prepared_txn", "bool", False, versions=VersionRange(6)),
    )

    def __init__(
        self,
        transactional_id: str | None = "",
        transaction_timeout_ms: int = 0,
        producer_id: int = -1,
        producer_epoch: int = -1,
        enable2_pc: bool = False,
        keep_prepared_txn: bool = False,
    ) -> None:
        self.transactional_id = transactional_id
        self.transaction_timeout_ms = transaction_timeout_ms
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.enable2_pc = enable2_pc
        self.keep_prepared_txn = keep_prepared_txn


class InitProducerIdResponse(Message):
    """Versions 0-6, flexible from 2."""

    __slots__ = (
        "error_code",
        "ongoing_txn_producer_epoch",
        "ongoing_txn_producer_id",
        "producer_epoch",
        "producer_id",
        "throttle_time_ms",
    )

    KEY = 22
    VERSIONS = VersionRange(0, 6)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("producer_id", "int64", -1),
        Field("producer_epoch", "int16", 0),
        Field("ongoing_txn_producer_id", "int64", -1, versions=VersionRange(6)),
        Field("ongoing_txn_producer_epoch", "int16", -1, versions=VersionRange(6)),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        producer_id: int = -1,
        producer_epoch: int = 0,
        ongoing_txn_producer_id: int = -1,
        ongoing_txn_producer_epoch: int = -1,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.ongoing_txn_producer_id = ongoing_txn_producer_id
        self.ongoing_txn_producer_epoch = ongoing_txn_producer_epoch
