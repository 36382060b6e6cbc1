"""The messages of EndTxn, API key 26.

Commits or aborts a transaction (KIP-98). 5 answers with the bumped epoch of transactions V2
(KIP-890).

Generated from schemas/end_txn.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import Field, Message, VersionRange


class EndTxnRequest(Message):
    """Versions 0-5, flexible from 3."""

    __slots__ = ("committed", "producer_epoch", "producer_id", "transactional_id")

    KEY = 26
    VERSIONS = VersionRange(0, 5)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("transactional_id", "string", ""),
        Field("producer_id", "int64", 0),
        Field("producer_epoch", "int16", 0),
        Field("committed", "bool", False),
    )

    def __init__(
        self,
        transactional_id: str = "",
        producer_id: int = 0,
        producer_epoch: int = 0,
        committed: bool = False,
    ) -> None:
        self.transactional_id = transactional_id
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.committed = committed


class EndTxnResponse(Message):
    """Versions 0-5, flexible from 3."""

    __slots__ = ("error_code", "producer_epoch", "producer_id", "throttle_time_ms")

    KEY = 26
    VERSIONS = VersionRange(0, 5)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("producer_id", "int64", -1, versions=VersionRange(5)),
        Field("producer_epoch", "int16", -1, versions=VersionRange(5)),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        producer_id: int = -1,
        producer_epoch: int = -1,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
