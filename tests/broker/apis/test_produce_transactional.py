"""Produce within transactions: what the coordinator is asked before a batch is appended, and what
the client hears when it says no, cannot say, or says it later."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.messages.add_offsets_to_txn import AddOffsetsToTxnRequest
from wirekafka_protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnTopic,
)
from wirekafka_protocol.messages.produce import ProduceRequest
from wirekafka_protocol.messages.write_txn_markers import (
    WritableTxnMarker,
    WritableTxnMarkerTopic,
    WriteTxnMarkersRequest,
)
from wirekafka_protocol.records.batch import iter_batches

from wirekafka.apis.transaction_partitions import is_open
from wirekafka.coordinator.machine import ProducerStamp

NOT_ADDED = "Partition was not added to the transaction"
T = ("t", 0)


@pytest.fixture
def questions(transactional: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the coordinator was asked."""
    asked: list[Any] = []
    runtime = transactional.room.transactions
    original = runtime.request

    def request(number: int, method: Any, info: Any, body: Any, callback: Any) -> Any:
        asked.append(body)
        return original(number, method, info, body, callback)

    monkeypatch.setattr(runtime, "request", request)
    return asked


def batches(transactional: Any, topic: str = "t") -> int:
    return sum(1 for _ in iter_batches(transactional.room.log_bytes(topic)))


@pytest.mark.parametrize(
    ("version", "code", "message"),
    [
        (3, ErrorCode.INVALID_TXN_STATE, NOT_ADDED),
        (10, ErrorCode.INVALID_TXN_STATE, NOT_ADDED),
        (11, ErrorCode.TRANSACTION_ABORTABLE, None),
    ],
)
def test_a_partition_that_was_not_added_is_refused(
    transactional: Any, version: int, code: ErrorCode, message: str | None
) -> None:
    answer = transactional.ask(transactional.request(transactional.begin(), T), version)
    row = answer.responses[0].partition_responses[0]
    assert (row.error_code, row.base_offset, row.log_start_offset) == (code, -1, -1)
    if version >= 8:
        assert row.error_message == message
    assert not transactional.room.partition("t").log.exists


@pytest.mark.parametrize("version", [12, 13])
def test_the_new_protocol_adds_the_partition(transactional: Any, version: int) -> None:
    producer = transactional.begin()
    assert transactional.produce(producer, T, ("u", 0), version=version) == [0, 0]
    assert transactional.end(producer, version=5).error_code == 0
    assert batches(transactional) == batches(transactional, "u") == 2


def test_the_coordinator_is_asked_once_for_each_transaction(
    transactional: Any, questions: list[Any]
) -> None:
    producer = transactional.begin()
    questions.clear()
    for sequence in range(5):
        assert transactional.produce(producer, T, ("u", 0), version=12, sequence=sequence) == [0, 0]
    (asked,) = questions
    assert asked.partitions == (T, ("u", 0))
    assert transactional.produce(producer, T, ("t", 1), version=12, sequence=5) == [0, 45]
    assert questions[1].partitions == (("t", 1),)


def test_a_producer_that_was_fenced_is_refused(transactional: Any) -> None:
    old = transactional.begin()
    transactional.begin()
    assert transactional.produce(old, T, version=12) == [ErrorCode.INVALID_PRODUCER_EPOCH]


def test_another_producer_id_is_refused(transactional: Any) -> None:
    producer_id, epoch = transactional.begin()
    codes = transactional.produce((producer_id + 1, epoch), T, version=12)
    assert codes == [ErrorCode.INVALID_PRODUCER_ID_MAPPING]


def test_one_request_is_of_one_producer(transactional: Any) -> None:
    one, two = transactional.begin(), transactional.begin("other")
    request = transactional.request(one, T)
    request.topic_data += transactional.request(two, ("u", 0)).topic_data
    answer = transactional.ask(request, 12)
    codes = [row.error_code for topic in answer.responses for row in topic.partition_responses]
    assert codes == [ErrorCode.INVALID_PRODUCER_ID_MAPPING] * 2


@pytest.mark.parametrize("version", [9, 12])
def test_a_coordinator_that_is_not_here_makes_clients_retry(
    transactional: Any, version: int
) -> None:
    producer = transactional.begin()
    transactional.room.transactions.unload(0)
    row = transactional.ask(transactional.request(producer, T), version)
    row = row.responses[0].partition_responses[0]
    assert row.error_code == ErrorCode.NOT_ENOUGH_REPLICAS
    assert row.error_message.endswith("Underlying error: NOT_COORDINATOR")


def test_what_is_unknown_or_broken_is_not_asked_for(
    transactional: Any, questions: list[Any]
) -> None:
    producer = transactional.begin()
    questions.clear()
    transactional.room.partition("u").offline = True
    codes = transactional.produce(producer, ("none", 0), ("t", 9), ("u", 0), version=12)
    assert codes == [3, 3, ErrorCode.KAFKA_STORAGE_ERROR]
    assert not questions


def test_a_producer_that_is_new_here_begins_at_sequence_0(transactional: Any) -> None:
    producer = transactional.begin()
    assert transactional.produce(producer, T, version=12, sequence=3) == [45]
    assert transactional.produce(producer, T, version=12) == [0]


def test_verification_can_be_turned_off(transactional: Any, questions: list[Any]) -> None:
    room = transactional.room
    room.config = replace(room.config, transaction_partition_verification_enable=False)
    producer = transactional.begin()
    questions.clear()
    assert transactional.produce(producer, T, version=9) == [0]
    assert not questions
    assert transactional.produce(producer, ("u", 0), version=12) == [0]
    assert len(questions) == 1  # the new protocol relies on being added


def busy(transactional: Any, version: int = 12) -> tuple[Any, tuple[int, int]]:
    """A produce request that has to wait for the transaction before, and its producer."""
    producer = transactional.begin()
    asked = AddOffsetsToTxnRequest("tx", *producer, group_id="g")
    assert transactional.ask(asked, 4).error_code == 0
    transactional.hold_markers()
    ended = transactional.end(producer, version=5)
    producer = (ended.producer_id, ended.producer_epoch)
    return transactional.ask(transactional.request(producer, T), version), producer


def test_while_markers_are_written_the_next_transaction_waits(transactional: Any) -> None:
    pending, producer = busy(transactional)
    assert not pending.is_answered
    transactional.release_markers()
    (row,) = pending.answer.responses[0].partition_responses
    assert (row.error_code, row.base_offset) == (0, 0)
    assert transactional.room.partition("t").log.log_end_offset == 1
    assert transactional.produce(producer, T, version=12, sequence=1) == [0]


def test_it_waits_only_for_a_moment(transactional: Any) -> None:
    pending, _ = busy(transactional)
    transactional.room.clock.advance(99)
    assert not pending.is_answered
    transactional.room.clock.advance(20)
    (row,) = pending.answer.responses[0].partition_responses
    assert row.error_code == ErrorCode.CONCURRENT_TRANSACTIONS
    assert not transactional.room.partition("t").log.exists


def test_the_old_protocol_is_told_to_retry_at_once(transactional: Any) -> None:
    answer, _ = busy(transactional, version=10)
    (row,) = answer.responses[0].partition_responses
    assert row.error_code == ErrorCode.NOT_ENOUGH_REPLICAS


def test_the_bytes_of_a_waiting_request_are_its_own(transactional: Any) -> None:
    """The connection reads the next frame into the same buffer."""
    frames: list[bytearray] = []
    room = transactional.room
    original = room.handle

    def handle(frame: bytearray) -> Any:
        frames.append(frame)
        return original(frame)

    room.handle = handle
    pending, _ = busy(transactional)
    frames[-1][:] = bytes(len(frames[-1]))
    transactional.release_markers()
    (row,) = pending.answer.responses[0].partition_responses
    assert row.error_code == 0
    ((header, _),) = iter_batches(room.log_bytes("t"))
    assert header.is_transactional


def test_a_client_that_left_writes_nothing(transactional: Any) -> None:
    pending, _ = busy(transactional)
    pending.deferred.abandon()
    transactional.release_markers()
    assert not transactional.room.partition("t").log.exists


def test_a_disk_that_fails_after_the_wait_is_told(transactional: Any) -> None:
    pending, _ = busy(transactional)
    transactional.room.disk.full.add(transactional.room.partition("t").log.folder)
    transactional.release_markers()
    (row,) = pending.answer.responses[0].partition_responses
    assert (row.error_code, row.base_offset) == (ErrorCode.KAFKA_STORAGE_ERROR, -1)


def test_acks_0_is_not_answered_after_the_wait(transactional: Any) -> None:
    producer = busy(transactional)[1]
    request: ProduceRequest = transactional.request(producer, ("u", 0), acks=0)
    waiting = transactional.ask(request, 12)
    transactional.release_markers()
    assert waiting.answers == [None]
    assert transactional.room.partition("u").log.log_end_offset == 1


def test_acks_0_closes_the_connection_when_it_fails_after_the_wait(transactional: Any) -> None:
    producer = busy(transactional)[1]
    waiting = transactional.ask(transactional.request(producer, ("u", 0), acks=0), 12)
    transactional.room.clock.advance(1_000)
    (answer,) = waiting.answers
    assert isinstance(answer, ProtocolError)


def test_a_marker_ends_what_the_log_knew(transactional: Any) -> None:
    producer = transactional.begin()
    assert transactional.produce(producer, T, version=12) == [0]
    transactional.end(producer, version=3)
    stale = ProducerStamp(*producer)
    assert not is_open(transactional.room.partition("t"), stale)
    assert transactional.produce(producer, T, version=9, sequence=1) == [48]


def test_a_producer_that_the_log_knows_better_is_refused_without_a_question(
    transactional: Any, questions: list[Any]
) -> None:
    producer = transactional.begin()
    assert transactional.produce(producer, T, version=12) == [0]
    transactional.end(producer, version=5)
    questions.clear()
    answer = transactional.ask(transactional.request(producer, T, sequence=1), 9)
    (row,) = answer.responses[0].partition_responses
    assert (row.error_code, row.log_start_offset) == (ErrorCode.INVALID_PRODUCER_EPOCH, -1)
    assert not questions


def test_a_batch_does_not_overtake_one_that_could_not_be_verified(transactional: Any) -> None:
    """The log does not know the producer and would take any sequence for its first."""
    producer = transactional.begin()
    assert transactional.produce(producer, T, version=9) == [48]
    transactional.ask(
        AddPartitionsToTxnRequest(
            v3_and_below_transactional_id="tx",
            v3_and_below_producer_id=producer[0],
            v3_and_below_producer_epoch=producer[1],
            v3_and_below_topics=[AddPartitionsToTxnTopic("t", [0])],
        ),
        3,
    )
    assert transactional.produce(producer, T, version=9, sequence=1) == [45]
    assert transactional.produce(producer, T, version=9, sequence=0) == [0]
    assert transactional.produce(producer, T, version=9, sequence=1) == [0]


def test_a_marker_settles_with_which_sequence_to_begin(transactional: Any) -> None:
    producer = transactional.begin()
    assert transactional.produce(producer, T, version=9) == [48]
    row = WritableTxnMarker(*producer, topics=[WritableTxnMarkerTopic("t", [0])])
    transactional.ask(WriteTxnMarkersRequest([row]), 1)
    awaited = transactional.room.partition("t").awaited_sequences
    assert awaited.lowest(producer[0]) is None
