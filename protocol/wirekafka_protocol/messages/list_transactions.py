"""The messages of ListTransactions, API key 66.

The transactions of one coordinator (KIP-664). 1 filters by duration (KIP-994); 2 by a pattern
(KIP-1152).

Generated from schemas/list_transactions.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class ListTransactionsRequest(Message):
    """Versions 0-2, all flexible."""

    __slots__ = (
        "duration_filter",
        "producer_id_filters",
        "state_filters",
        "transactional_id_pattern",
    )

    KEY = 66
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("state_filters", "string", (), is_array=True),
        Field("producer_id_filters", "int64", (), is_array=True),
        Field("duration_filter", "int64", -1, versions=VersionRange(1)),
        Field(
            "transactional_id_pattern", "string", None, versions=VersionRange(2), nullable=ALWAYS
        ),
    )

    def __init__(
        self,
        state_filters: list[str] = EMPTY,
        producer_id_filters: list[int] = EMPTY,
        duration_filter: int = -1,
        transactional_id_pattern: str | None = None,
    ) -> None:
        self.state_filters: list[str] = [] if state_filters is EMPTY else state_filters
        self.producer_id_filters: list[int] = (
            [] if producer_id_filters is EMPTY else producer_id_filters
        )
        self.duration_filter = duration_filter
        self.transactional_id_pattern = transactional_id_pattern


class TransactionState(Struct):
    __slots__ = ("producer_id", "transaction_state", "transactional_id")

    FIELDS = (
        Field("transactional_id", "string", ""),
        Field("producer_id", "int64", 0),
        Field("transaction_state", "string", ""),
    )

    def __init__(
        self, transactional_id: str = "", producer_id: int = 0, transaction_state: str = ""
    ) -> None:
        self.transactional_id = transactional_id
        self.producer_id = producer_id
        self.transaction_state = transaction_state


class ListTransactionsResponse(Message):
    """Versions 0-2, all flexible."""

    __slots__ = ("error_code", "throttle_time_ms", "transaction_states", "unknown_state_filters")

    KEY = 66
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("unknown_state_filters", "string", (), is_array=True),
        Field("transaction_states", "struct", (), struct=TransactionState, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        unknown_state_filters: list[str] = EMPTY,
        transaction_states: list[TransactionState] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.unknown_state_filters: list[str] = (
            [] if unknown_state_filters is EMPTY else unknown_state_filters
        )
        self.transaction_states: list[TransactionState] = (
            [] if transaction_states is EMPTY else transaction_states
        )
