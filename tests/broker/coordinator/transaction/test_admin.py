"""What DescribeTransactions and ListTransactions say."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.describe_transactions import TopicData
from wirekafka_protocol.messages.list_transactions import ListTransactionsRequest

from wirekafka.coordinator.transaction.admin import TransactionFilter, describe, list_matching
from wirekafka.coordinator.transaction.metadata import TransactionMetadata
from wirekafka.coordinator.transaction.states import STATE_NAMES
from wirekafka.coordinator.transaction.states import TransactionState as S

NOW_MS = 100_000

KNOWN = {
    "order-1": TransactionMetadata(
        1, 0, 60_000, S.ONGOING, 1, partitions={"t": (0, 3)}, start_time_ms=NOW_MS - 5_000
    ),
    "order-2": TransactionMetadata(2, 7, 60_000, S.EMPTY, 1),
    "else": TransactionMetadata(3, 7, 60_000, S.COMPLETE_ABORT, 1, start_time_ms=NOW_MS - 100),
}


def names(request: ListTransactionsRequest) -> list[str]:
    wanted = TransactionFilter.from_request(request)
    return [row.transactional_id for row in list_matching(KNOWN, wanted, NOW_MS)]


def test_a_row_describes_an_open_transaction() -> None:
    row = describe("order-1", KNOWN["order-1"])
    assert (row.error_code, row.transactional_id, row.transaction_state) == (
        0,
        "order-1",
        "Ongoing",
    )
    assert (row.producer_id, row.producer_epoch, row.transaction_timeout_ms) == (1, 0, 60_000)
    assert row.transaction_start_time_ms == NOW_MS - 5_000
    assert row.topics == [TopicData("t", [0, 3])]


def test_a_row_describes_an_id_without_a_transaction() -> None:
    row = describe("order-2", KNOWN["order-2"])
    assert (row.transaction_state, row.transaction_start_time_ms, row.topics) == ("Empty", -1, [])


def test_every_state_has_a_name() -> None:
    assert set(STATE_NAMES) == set(S)
    assert STATE_NAMES[S.PREPARE_EPOCH_FENCE] == "PrepareEpochFence"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (ListTransactionsRequest(), ["order-1", "order-2", "else"]),
        (ListTransactionsRequest(["Ongoing"]), ["order-1"]),
        (ListTransactionsRequest(["Empty", "Nonsense", "ongoing"]), ["order-2"]),
        (ListTransactionsRequest(["Nonsense"]), []),
        (ListTransactionsRequest([], [3, 1]), ["order-1", "else"]),
        (ListTransactionsRequest(["Empty"], [3, 1]), []),
        (ListTransactionsRequest(duration_filter=-1), ["order-1", "order-2", "else"]),
        (ListTransactionsRequest(duration_filter=100), ["order-1", "order-2"]),
        (ListTransactionsRequest(duration_filter=99), ["order-1", "order-2", "else"]),
        # without a start the duration is counted from the epoch
        (ListTransactionsRequest(duration_filter=60_000), ["order-2"]),
        (ListTransactionsRequest(transactional_id_pattern="order-."), ["order-1", "order-2"]),
        (ListTransactionsRequest(transactional_id_pattern="order"), []),
        (ListTransactionsRequest(transactional_id_pattern=""), ["order-1", "order-2", "else"]),
    ],
)
def test_filters(request_: ListTransactionsRequest, expected: list[str]) -> None:
    assert names(request_) == expected


def test_states_that_do_not_exist_are_told() -> None:
    wanted = TransactionFilter.from_request(ListTransactionsRequest(["Empty", "Nonsense", "empty"]))
    assert wanted.unknown_states == ("Nonsense", "empty")


@pytest.mark.parametrize("pattern", ["[", "(", "*", "a{2,1}"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ApiError) as raised:
        TransactionFilter.from_request(ListTransactionsRequest(transactional_id_pattern=pattern))
    assert raised.value.code is ErrorCode.INVALID_REGULAR_EXPRESSION


def test_a_pattern_that_python_wonders_about_is_a_pattern() -> None:
    assert names(ListTransactionsRequest(transactional_id_pattern="[[e]lse")) == ["else"]
