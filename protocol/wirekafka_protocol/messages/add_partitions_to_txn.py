"""The messages of AddPartitionsToTxn, API key 24.

Adds partitions to a transaction. Up to 3 a producer sends it for one transaction; from 4 brokers
send many and can only verify (KIP-890); 5 can tell the client to abort (TRANSACTION_ABORTABLE).

Generated from schemas/add_partitions_to_txn.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import EMPTY, Field, Message, Struct, VersionRange


class AddPartitionsToTxnTopic(Struct):
    __slots__ = ("name", "partitions")

    FIELDS = (
        Field("name", "string", ""),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, name: str = "", partitions: list[int] = EMPTY) -> None:
        self.name = name
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class AddPartitionsToTxnTransaction(Struct):
    __slots__ = ("producer_epoch", "producer_id", "topics", "transactional_id", "verify_only")

    FIELDS = (
        Field("transactional_id", "string", ""),
        Field("producer_id", "int64", 0),
        Field("producer_epoch", "int16", 0),
        Field("verify_only", "bool", False),
        Field("topics", "struct", (), struct=AddPartitionsToTxnTopic, is_array=True),
    )

    def __init__(
        self,
        transactional_id: str = "",
        producer_id: int = 0,
        producer_epoch: int = 0,
        verify_only: bool = False,
        topics: list[AddPartitionsToTxnTopic] = EMPTY,
    ) -> None:
        self.transactional_id = transactional_id
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.verify_only = verify_only
        self.topics: list[AddPartitionsToTxnTopic] = [] if topics is EMPTY else topics


class AddPartitionsToTxnRequest(Message):
    """Versions 0-5, flexible from 3."""

    __slots__ = (
        "transactions",
        "v3_and_below_producer_epoch",
        "v3_and_below_producer_id",
        "v3_and_below_topics",
        "v3_and_below_transactional_id",
    )

    KEY = 24
    VERSIONS = VersionRange(0, 5)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field(
            "transactions",
            "struct",
            (),
            struct=AddPartitionsToTxnTransaction,
            is_array=True,
            versions=VersionRange(4),
        ),
        Field("v3_and_below_transactional_id", "string", "", versions=VersionRange(0, 3)),
        Field("v3_and_below_producer_id", "int64", 0, versions=VersionRange(0, 3)),
        Field("v3_and_below_producer_epoch", "int16", 0, versions=VersionRange(0, 3)),
        Field(
            "v3_and_below_topics",
            "struct",
            (),
            struct=AddPartitionsToTxnTopic,
            is_array=True,
            versions=VersionRange(0, 3),
        ),
    )

    def __init__(
        self,
        transactions: list[AddPartitionsToTxnTransaction] = EMPTY,
        v3_and_below_transactional_id: str = "",
        v3_and_below_producer_id: int = 0,
        v3_and_below_producer_epoch: int = 0,
        v3_and_below_topics: list[AddPartitionsToTxnTopic] = EMPTY,
    ) -> None:
        self.transactions: list[AddPartitionsToTxnTransaction] = (
            [] if transactions is EMPTY else transactions
        )
        self.v3_and_below_transactional_id = v3_and_below_transactional_id
        self.v3_and_below_producer_id = v3_and_below_producer_id
        self.v3_and_below_producer_epoch = v3_and_below_producer_epoch
        self.v3_and_below_topics: list[AddPartitionsToTxnTopic] = (
            [] if v3_and_below_topics is EMPTY else v3_and_below_topics
        )


class AddPartitionsToTxnPartitionResult(Struct):
    __slots__ = ("partition_error_code", "partition_index")

    FIELDS = (
        Field("partition_index", "int32", 0),
        Field("partition_error_code", "int16", 0),
    )

    def __init__(self, partition_index: int = 0, partition_error_code: int = 0) -> None:
        self.partition_index = partition_index
        self.partition_error_code = partition_error_code


class AddPartitionsToTxnTopicResult(Struct):
    __slots__ = ("name", "results_by_partition")

    FIELDS = (
        Field("name", "string", ""),
        Field(
            "results_by_partition",
            "struct",
            (),
            struct=AddPartitionsToTxnPartitionResult,
            is_array=True,
        ),
    )

    def __init__(
        self, name: str = "", results_by_partition: list[AddPartitionsToTxnPartitionResult] = EMPTY
    ) -> None:
        self.name = name
        self.results_by_partition: list[AddPartitionsToTxnPartitionResult] = (
            [] if results_by_partition is EMPTY else results_by_partition
        )


class AddPartitionsToTxnResult(Struct):
    __slots__ = ("topic_results", "transactional_id")

    FIELDS = (
        Field("transactional_id", "string", ""),
        Field("topic_results", "struct", (), struct=AddPartitionsToTxnTopicResult, is_array=True),
    )

    def __init__(
        self, transactional_id: str = "", topic_results: list[AddPartitionsToTxnTopicResult] = EMPTY
    ) -> None:
        self.transactional_id = transactional_id
        self.topic_results: list[AddPartitionsToTxnTopicResult] = (
            [] if topic_results is EMPTY else topic_results
        )


class AddPartitionsToTxnResponse(Message):
    """Versions 0-5, flexible from 3."""

    __slots__ = (
        "error_code",
        "results_by_topic_v3_and_below",
        "results_by_transaction",
        "throttle_time_ms",
    )

    KEY = 24
    VERSIONS = VersionRange(0, 5)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0, versions=VersionRange(4)),
        Field(
            "results_by_transaction",
            "struct",
            (),
            struct=AddPartitionsToTxnResult,
            is_array=True,
            versions=VersionRange(4),
        ),
        Field(
            "results_by_topic_v3_and_below",
            "struct",
            (),
            struct=AddPartitionsToTxnTopicResult,
            is_array=True,
            versions=VersionRange(0, 3),
        ),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        results_by_transaction: list[AddPartitionsToTxnResult] = EMPTY,
        results_by_topic_v3_and_below: list[AddPartitionsToTxnTopicResult] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.results_by_transaction: list[AddPartitionsToTxnResult] = (
            [] if results_by_transaction is EMPTY else results_by_transaction
        )
        self.results_by_topic_v3_and_below: list[AddPartitionsToTxnTopicResult] = (
            [] if results_by_topic_v3_and_below is EMPTY else results_by_topic_v3_and_below
        )
