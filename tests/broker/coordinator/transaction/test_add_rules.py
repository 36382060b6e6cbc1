"""The rules of adding partitions to a transaction and of asking whether they are part of it."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.coordinator.transaction.add_partitions import added, verified
from wirekafka.coordinator.transaction.metadata import TransactionMetadata
from wirekafka.coordinator.transaction.requests import AddPartitions
from wirekafka.coordinator.transaction.states import TransactionState as S

NOW_MS = 5_000
START_MS = 1_000
UNKNOWN = ErrorCode.INVALID_PRODUCER_ID_MAPPING
FENCED = ErrorCode.PRODUCER_FENCED
ENDING = ErrorCode.CONCURRENT_TRANSACTIONS
ABORTABLE = ErrorCode.TRANSACTION_ABORTABLE
T0, T1, U0 = ("t", 0), ("t", 1), ("u", 0)

AT_REST = [S.EMPTY, S.COMPLETE_COMMIT, S.COMPLETE_ABORT]
PREPARED = [S.PREPARE_COMMIT, S.PREPARE_ABORT]


def metadata(state: S) -> TransactionMetadata:
    is_open = state not in AT_REST
    return TransactionMetadata(
        10,
        5,
        60_000,
        state,
        START_MS,
        previous_producer_id=9,
        partitions={"t": (1,)} if is_open else {},
        start_time_ms=START_MS,
        last_producer_epoch=4,
    )


def asked(
    *partitions: tuple[str, int], producer_id: int = 10, epoch: int = 5, version: int = 2
) -> AddPartitions:
    return AddPartitions("tx", producer_id, epoch, partitions, transaction_version=version)


def add(current: TransactionMetadata | None, request: AddPartitions) -> S | ErrorCode | None:
    try:
        following = added(current, request, NOW_MS)
    except ApiError as error:
        return error.code
    return None if following is None else following.state


def verify(current: TransactionMetadata | None, request: AddPartitions) -> object:
    try:
        return list(verified(current, request).values())
    except ApiError as error:
        return error.code


@pytest.mark.parametrize("state", AT_REST)
def test_the_first_partition_begins_a_transaction(state: S) -> None:
    following = added(metadata(state), asked(T1, U0, T0), NOW_MS)
    assert following is not None
    assert (following.state, following.start_time_ms) == (S.ONGOING, NOW_MS)
    assert following.partitions == {"t": (0, 1), "u": (0,)}
    assert (following.producer_id, following.producer_epoch) == (10, 5)
    assert (following.previous_producer_id, following.client_transaction_version) == (10, 2)
    assert following.last_producer_epoch == 4


def test_more_partitions_join_an_open_transaction() -> None:
    following = added(metadata(S.ONGOING), asked(T0, T1, version=0), NOW_MS)
    assert following is not None
    assert (following.partitions, following.start_time_ms) == ({"t": (0, 1)}, START_MS)
    assert (following.update_time_ms, following.client_transaction_version) == (NOW_MS, 0)


def test_known_partitions_change_nothing() -> None:
    assert add(metadata(S.ONGOING), asked(T1)) is None
    assert add(metadata(S.ONGOING), asked()) is None


@pytest.mark.parametrize("state", AT_REST)
def test_a_transaction_may_begin_without_partitions(state: S) -> None:
    """As Kafka; nobody sends that."""
    assert add(metadata(state), asked()) is S.ONGOING


@pytest.mark.parametrize("state", [*AT_REST, S.ONGOING])
@pytest.mark.parametrize(
    ("producer_id", "epoch", "expected"),
    [(11, 5, UNKNOWN), (9, 5, UNKNOWN), (10, 4, FENCED), (10, 6, FENCED), (11, 4, UNKNOWN)],
)
def test_only_the_producer_of_now_adds(
    state: S, producer_id: int, epoch: int, expected: ErrorCode
) -> None:
    request = asked(T1, producer_id=producer_id, epoch=epoch)
    assert add(metadata(state), request) is expected
    assert verify(metadata(state), request) is expected


@pytest.mark.parametrize("state", PREPARED)
@pytest.mark.parametrize(
    ("producer_id", "epoch", "verified_as"),
    [(10, 5, ENDING), (11, 5, UNKNOWN), (10, 4, FENCED)],
)
def test_what_is_being_ended_takes_nobody(
    state: S, producer_id: int, epoch: int, verified_as: ErrorCode
) -> None:
    request = asked(T1, producer_id=producer_id, epoch=epoch)
    assert add(metadata(state), request) is ENDING
    assert verify(metadata(state), request) is verified_as


def test_without_a_producer_nothing_is_added() -> None:
    assert add(None, asked(T0)) is UNKNOWN
    assert verify(None, asked(T0)) is UNKNOWN


def test_each_partition_is_verified() -> None:
    codes = [ErrorCode.NONE, ABORTABLE, ABORTABLE]
    assert verify(metadata(S.ONGOING), asked(T1, T0, U0)) == codes


@pytest.mark.parametrize("state", AT_REST)
def test_no_partition_is_part_of_no_transaction(state: S) -> None:
    assert verify(metadata(state), asked(T1)) == [ABORTABLE]
