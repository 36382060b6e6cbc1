"""The messages of DescribeTransactions, API key 65.

State and partitions of transactions, asked of their coordinator (KIP-664).

Generated from schemas/describe_transactions.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class DescribeTransactionsRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("transactional_ids",)

    KEY = 65
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("transactional_ids", "string", (), is_array=True),
    )

    def __init__(self, transactional_ids: list[str] = EMPTY) -> None:
        self.transactional_ids: list[str] = [] if transactional_ids is EMPTY else transactional_ids


class TopicData(Struct):
    __slots__ = ("partitions", "topic")

    FIELDS = (
        Field("topic", "string", ""),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, topic: str = "", partitions: list[int] = EMPTY) -> None:
        self.topic = topic
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class TransactionState(Struct):
    __slots__ = (
        "error_code",
        "producer_epoch",
        "producer_id",
        "topics",
        "transaction_start_time_ms",
        "transaction_state",
        "transaction_timeout_ms",
        "transactional_id",
    )

    FIELDS = (
        Field("error_code", "int16", 0),
        Field("transactional_id", "string", ""),
        Field("transaction_state", "string", ""),
        Field("transaction_timeout_ms", "int32", 0),
        Field("transaction_start_time_ms", "int64", 0),
        Field("producer_id", "int64", 0),
        Field("producer_epoch", "int16", 0),
        Field("topics", "struct", (), struct=TopicData, is_array=True),
    )

    def __init__(
        self,
        error_code: int = 0,
        transactional_id: str = "",
        transaction_state: str = "",
        transaction_timeout_ms: int = 0,
        transaction_start_time_ms: int = 0,
        producer_id: int = 0,
        producer_epoch: int = 0,
        topics: list[TopicData] = EMPTY,
    ) -> None:
        self.error_code = error_code
        self.transactional_id = transactional_id
        self.transaction_state = transaction_state
        self.transaction_timeout_ms = transaction_timeout_ms
        self.transaction_start_time_ms = transaction_start_time_ms
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.topics: list[TopicData] = [] if topics is EMPTY else topics


class DescribeTransactionsResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("throttle_time_ms", "transaction_states")

    KEY = 65
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("transaction_states", "struct", (), struct=TransactionState, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, transaction_states: list[TransactionState] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.transaction_states: list[TransactionState] = (
            [] if transaction_states is EMPTY else transaction_states
        )
