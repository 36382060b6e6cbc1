"""The APIs that change and show transactions: what they add to the coordinator's answers, per
version, and that an end is complete when it is answered."""

from __future__ import annotations

from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.add_offsets_to_txn import AddOffsetsToTxnRequest
from wirekafka_protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnTopic,
    AddPartitionsToTxnTransaction,
)
from wirekafka_protocol.messages.describe_producers import DescribeProducersRequest, TopicRequest
from wirekafka_protocol.messages.describe_transactions import DescribeTransactionsRequest
from wirekafka_protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest
from wirekafka_protocol.messages.list_transactions import ListTransactionsRequest
from wirekafka_protocol.messages.write_txn_markers import (
    WritableTxnMarker,
    WritableTxnMarkerTopic,
    WriteTxnMarkersRequest,
)
from wirekafka_protocol.records.batch import iter_batches

OFFSETS = "__consumer_offsets"
EPOCH = ErrorCode.INVALID_PRODUCER_EPOCH
FENCED = ErrorCode.PRODUCER_FENCED
T = ("t", 0)


def topics(*places: tuple[str, int]) -> list[AddPartitionsToTxnTopic]:
    return [AddPartitionsToTxnTopic(topic, [index]) for topic, index in places]


def add(producer: tuple[int, int], *places: tuple[str, int]) -> AddPartitionsToTxnRequest:
    return AddPartitionsToTxnRequest(
        v3_and_below_transactional_id="tx",
        v3_and_below_producer_id=producer[0],
        v3_and_below_producer_epoch=producer[1],
        v3_and_below_topics=topics(*places),
    )


def codes(rows: Any) -> list[tuple[str, int, int]]:
    return [
        (topic.name, row.partition_index, row.partition_error_code)
        for topic in rows
        for row in topic.results_by_partition
    ]


def state(transactional: Any, name: str = "tx") -> tuple[int, str]:
    (row,) = transactional.ask(DescribeTransactionsRequest([name]), 0).transaction_states
    return row.error_code, row.transaction_state


# -- AddPartitionsToTxn ----------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(4))
def test_a_producer_adds_partitions(transactional: Any, version: int) -> None:
    answer = transactional.ask(add(transactional.begin(), T, ("u", 0)), version)
    assert codes(answer.results_by_topic_v3_and_below) == [("t", 0, 0), ("u", 0, 0)]
    assert state(transactional) == (0, "Ongoing")


def test_with_one_unknown_partition_none_is_added(transactional: Any) -> None:
    producer = transactional.begin()
    answer = transactional.ask(add(producer, T, ("t", 2), ("none", 0)), 3)
    assert codes(answer.results_by_topic_v3_and_below) == [
        ("t", 0, 55),
        ("t", 2, 3),
        ("none", 0, 3),
    ]
    assert state(transactional) == (0, "Empty")


def test_a_producer_may_not_add_internal_topics_but_brokers_may(transactional: Any) -> None:
    producer = transactional.begin()
    answer = transactional.ask(add(producer, (OFFSETS, 9), T), 3)
    assert codes(answer.results_by_topic_v3_and_below) == [(OFFSETS, 9, 29), ("t", 0, 55)]
    row = AddPartitionsToTxnTransaction(
        "tx", *producer, verify_only=False, topics=topics((OFFSETS, 0))
    )
    (result,) = transactional.ask(AddPartitionsToTxnRequest([row]), 5).results_by_transaction
    assert codes(result.topic_results) == [(OFFSETS, 0, 0)]


@pytest.mark.parametrize(("version", "code"), [(0, EPOCH), (1, EPOCH), (2, FENCED), (3, FENCED)])
def test_adding_for_a_fenced_producer(transactional: Any, version: int, code: ErrorCode) -> None:
    old = transactional.begin()
    transactional.begin()
    answer = transactional.ask(add(old, T), version)
    assert codes(answer.results_by_topic_v3_and_below) == [("t", 0, code)]


@pytest.mark.parametrize("version", [4, 5])
def test_brokers_ask_for_many_transactions(transactional: Any, version: int) -> None:
    one, two = transactional.begin(), transactional.begin("other")
    transactional.ask(add(one, T), 3)
    rows = [
        AddPartitionsToTxnTransaction("tx", *one, verify_only=True, topics=topics(T, ("u", 0))),
        AddPartitionsToTxnTransaction("other", *two, verify_only=False, topics=topics(("u", 0))),
        AddPartitionsToTxnTransaction("none", *two, verify_only=True, topics=topics(T)),
        AddPartitionsToTxnTransaction("tx", *one, verify_only=False, topics=topics(("none", 0))),
        AddPartitionsToTxnTransaction("", *one, verify_only=False, topics=topics(T)),
    ]
    answer = transactional.ask(AddPartitionsToTxnRequest(rows), version)
    assert answer.error_code == 0
    assert [
        (row.transactional_id, codes(row.topic_results)) for row in answer.results_by_transaction
    ] == [
        ("tx", [("t", 0, 0), ("u", 0, 120)]),
        ("other", [("u", 0, 0)]),
        ("none", [("t", 0, 49)]),
        ("tx", [("none", 0, 3)]),
        ("", [("t", 0, 42)]),
    ]


def test_no_transactions_are_answered_with_none(transactional: Any) -> None:
    assert transactional.ask(AddPartitionsToTxnRequest([]), 5).results_by_transaction == []


# -- AddOffsetsToTxn -------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(5))
def test_the_partition_of_the_group_is_added(transactional: Any, version: int) -> None:
    producer = transactional.begin()
    request = AddOffsetsToTxnRequest("tx", *producer, group_id="g")
    assert transactional.ask(request, version).error_code == 0
    (row,) = transactional.ask(DescribeTransactionsRequest(["tx"]), 0).transaction_states
    assert [(topic.topic, topic.partitions) for topic in row.topics] == [(OFFSETS, [0])]


@pytest.mark.parametrize(("version", "code"), [(1, EPOCH), (2, FENCED)])
def test_adding_offsets_for_a_fenced_producer(
    transactional: Any, version: int, code: ErrorCode
) -> None:
    old = transactional.begin()
    transactional.begin()
    assert transactional.ask(AddOffsetsToTxnRequest("tx", *old), version).error_code == code


# -- EndTxn ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(6))
@pytest.mark.parametrize("committed", [True, False])
def test_an_end_is_complete_when_it_is_answered(
    transactional: Any, version: int, committed: bool
) -> None:
    producer = transactional.begin()
    assert transactional.produce(producer, T, ("u", 0), version=12) == [0, 0]
    answer = transactional.end(producer, committed, version)
    assert answer.error_code == 0
    if version == 5:
        assert (answer.producer_id, answer.producer_epoch) == (producer[0], producer[1] + 1)
    assert state(transactional) == (0, "CompleteCommit" if committed else "CompleteAbort")
    for topic in ("t", "u"):
        headers = [header for header, _ in iter_batches(transactional.room.log_bytes(topic))]
        assert [header.is_control for header in headers] == [False, True]
        assert headers[1].producer_epoch == producer[1] + (version == 5)
        assert transactional.room.partition(topic).last_stable_offset == 2


@pytest.mark.parametrize(("version", "code"), [(0, EPOCH), (1, EPOCH), (2, FENCED), (5, FENCED)])
def test_the_end_by_a_fenced_producer(transactional: Any, version: int, code: ErrorCode) -> None:
    old = transactional.begin()
    transactional.begin()
    answer = transactional.end(old, True, version)
    assert answer.error_code == code
    if version == 5:
        assert (answer.producer_id, answer.producer_epoch) == (-1, -1)


def test_who_waits_with_read_committed_is_woken_by_the_end(transactional: Any) -> None:
    producer = transactional.begin()
    transactional.produce(producer, T, version=12)
    partitions = [FetchPartition(partition=0, fetch_offset=0, partition_max_bytes=1 << 20)]
    fetch = FetchRequest(
        max_wait_ms=5_000,
        min_bytes=1,
        max_bytes=1 << 20,
        isolation_level=1,
        topics=[FetchTopic(topic="t", partitions=partitions)],
    )
    waiting = transactional.ask(fetch, 12)
    assert not waiting.is_answered
    transactional.end(producer)
    (row,) = waiting.answer.responses[0].partitions
    assert (row.last_stable_offset, row.aborted_transactions) == (2, [])
    assert len(list(iter_batches(bytes(row.records)))) == 2


def test_an_end_that_was_decided_is_finished_after_a_restart(transactional: Any) -> None:
    producer = transactional.begin()
    transactional.produce(producer, T, version=12)
    transactional.ask(AddOffsetsToTxnRequest("tx", *producer, group_id="g"), 4)
    transactional.hold_markers()
    transactional.end(producer)
    assert state(transactional) == (0, "PrepareCommit")
    again = transactional.restarted()
    again.room.clock.advance(1_000)
    assert state(again) == (0, "CompleteCommit")
    assert again.room.partition("t").last_stable_offset == again.room.partition("t").high_watermark
    assert again.begin()[1] == producer[1] + 1


def test_the_end_waits_for_a_block_of_producer_ids(transactional: Any) -> None:
    producer = transactional.begin()
    transactional.room.producer_ids._next = transactional.room.producer_ids._end
    filling: list[Any] = []
    transactional.room.run_admin = lambda work: filling.append(work) or _Never()
    transactional.end(producer, True, 5)
    (work,) = filling
    work.close()
    assert transactional.end(producer, True, 3).error_code == ErrorCode.INVALID_TXN_STATE


class _Never:
    done = False

    def then(self, deliver: object) -> None:
        """The engine does not answer."""

    def abandon(self) -> None:
        pass


# -- WriteTxnMarkers -------------------------------------------------------------------------------


def marker(
    producer: tuple[int, int], *places: tuple[str, int], coordinator_epoch: int = 0
) -> WritableTxnMarker:
    return WritableTxnMarker(
        *producer,
        transaction_result=False,
        topics=[WritableTxnMarkerTopic(topic, [index]) for topic, index in places],
        coordinator_epoch=coordinator_epoch,
    )


def outcomes(answer: Any) -> dict[tuple[int, str, int], int]:
    return {
        (row.producer_id, topic.name, partition.partition_index): partition.error_code
        for row in answer.markers
        for topic in row.topics
        for partition in topic.partitions
    }


@pytest.mark.parametrize("version", [1, 2])
def test_an_admin_ends_a_transaction_that_hangs(transactional: Any, version: int) -> None:
    producer = transactional.begin()
    transactional.produce(producer, T, version=12)
    asked = [marker(producer, T, ("t", 9), (OFFSETS, 0)), marker((7, 0)), marker((8, 0), ("u", 0))]
    answer = transactional.ask(WriteTxnMarkersRequest(asked), version)
    assert outcomes(answer) == {
        (producer[0], "t", 0): 0,
        (producer[0], "t", 9): 3,
        (producer[0], OFFSETS, 0): 0,
        (8, "u", 0): 0,
    }
    assert transactional.room.partition("t").last_stable_offset == 2


def test_markers_of_one_producer_share_a_row(transactional: Any) -> None:
    asked = [marker((7, 0), T), marker((7, 0), ("u", 0))]
    answer = transactional.ask(WriteTxnMarkersRequest(asked), 1)
    assert len(answer.markers) == 1
    assert outcomes(answer) == {(7, "t", 0): 0, (7, "u", 0): 0}


def test_markers_of_the_past_are_refused(transactional: Any) -> None:
    ask = transactional.ask
    ask(WriteTxnMarkersRequest([marker((7, 1), T, coordinator_epoch=5)]), 1)
    older = [marker((7, 0), T, coordinator_epoch=5), marker((7, 1), T, coordinator_epoch=4)]
    for row, code in zip(older, [EPOCH, ErrorCode.TRANSACTION_COORDINATOR_FENCED], strict=True):
        assert outcomes(ask(WriteTxnMarkersRequest([row]), 1)) == {(7, "t", 0): code}


@pytest.mark.parametrize(("epoch", "version"), [(-1, 0), (0, -1)])
def test_markers_that_cannot_be(transactional: Any, epoch: int, version: int) -> None:
    row = marker((7, epoch), T, (OFFSETS, 0))
    row.transaction_version = version
    answer = transactional.ask(WriteTxnMarkersRequest([row]), 2)
    assert set(outcomes(answer).values()) == {ErrorCode.UNKNOWN_SERVER_ERROR}


def test_a_coordinator_of_groups_elsewhere_is_no_leader(transactional: Any) -> None:
    transactional.hold_markers()
    answer = transactional.ask(WriteTxnMarkersRequest([marker((7, 0), (OFFSETS, 0))]), 1)
    assert outcomes(answer) == {(7, OFFSETS, 0): ErrorCode.NOT_LEADER_OR_FOLLOWER}


def test_no_markers_are_answered_with_none(transactional: Any) -> None:
    assert transactional.ask(WriteTxnMarkersRequest([]), 1).markers == []


# -- what admins see -------------------------------------------------------------------------------


def test_transactions_are_described_by_id(transactional: Any) -> None:
    producer = transactional.begin()
    transactional.produce(producer, T, version=12)
    request = DescribeTransactionsRequest(["tx", "none", ""])
    tx, none, empty = transactional.ask(request, 0).transaction_states
    assert (tx.error_code, tx.transaction_state, tx.producer_id) == (0, "Ongoing", producer[0])
    assert (none.error_code, none.transactional_id, none.topics) == (105, "none", [])
    assert (empty.error_code, empty.producer_id) == (42, 0)
    transactional.room.transactions.unload(0)
    assert state(transactional) == (ErrorCode.NOT_COORDINATOR, "")


@pytest.mark.parametrize("version", range(3))
def test_transactions_are_listed(transactional: Any, version: int) -> None:
    producer = transactional.begin()
    transactional.begin("other")
    transactional.produce(producer, T, version=12)
    request = ListTransactionsRequest(state_filters=["Ongoing", "nonsense"])
    answer = transactional.ask(request, version)
    rows = [(row.transactional_id, row.transaction_state) for row in answer.transaction_states]
    assert (rows, answer.unknown_state_filters) == ([("tx", "Ongoing")], ["nonsense"])


def test_a_pattern_that_is_none_is_refused(transactional: Any) -> None:
    answer = transactional.ask(ListTransactionsRequest(transactional_id_pattern="["), 2)
    assert answer.error_code == ErrorCode.INVALID_REGULAR_EXPRESSION


def test_nothing_is_listed_while_a_coordinator_loads(transactional: Any) -> None:
    transactional.begin()
    transactional.room.transactions.loading_partitions = lambda: [3]
    answer = transactional.ask(ListTransactionsRequest(), 0)
    assert (answer.error_code, answer.transaction_states) == (14, [])


def test_producers_are_described_by_partition(transactional: Any) -> None:
    producer = transactional.begin()
    transactional.produce(producer, T, version=12)
    transactional.room.partition("u").offline = True
    request = DescribeProducersRequest(
        [TopicRequest("t", [0, 1, 9]), TopicRequest("u", [0]), TopicRequest("none", [0])]
    )
    t, u, none = transactional.ask(request, 0).topics
    (first,) = t.partitions[0].active_producers
    assert (first.producer_id, first.last_sequence, first.current_txn_start_offset) == (
        producer[0],
        0,
        0,
    )
    assert [(row.error_code, row.error_message) for row in t.partitions] == [
        (0, None),
        (0, None),
        (3, None),
    ]
    assert u.partitions[0].error_code == ErrorCode.KAFKA_STORAGE_ERROR
    (row,) = none.partitions
    assert (row.error_code, row.error_message is None) == (3, False)


def test_a_new_transactional_id_over_an_open_transaction_aborts_it(transactional: Any) -> None:
    producer = transactional.begin()
    transactional.produce(producer, T, version=12)
    answer = transactional.ask(InitProducerIdRequest("tx", 60_000), 4)
    assert answer.error_code == ErrorCode.CONCURRENT_TRANSACTIONS
    assert state(transactional) == (0, "CompleteAbort")
    assert transactional.begin() == (producer[0], producer[1] + 2)
