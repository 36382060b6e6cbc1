"""A partition as a coordinator's log: what is appended comes back, and disks that fail."""

from __future__ import annotations

from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import (
    CONTROL_BIT,
    NO_SEQUENCE,
    TRANSACTIONAL_BIT,
    iter_batches,
    read_header,
)
from wirekafka_protocol.records.control import ControlType, EndMarker, read_end_marker
from wirekafka_protocol.records.record import Record, build_batch, read_records
from wirekafka_storage.transaction_index import AbortedTransaction

from wirekafka.coordinator.log_port import LoggedMarker, LoggedRecord
from wirekafka.coordinator.machine import NO_PRODUCER_ID, ProducerStamp
from wirekafka.partition.record_log import PartitionLog

TOPIC = "__consumer_offsets"
PRODUCER = ProducerStamp(7, 1)


@pytest.fixture
def log(room: Any) -> PartitionLog:
    room.add_topic(TOPIC, internal=True)
    return PartitionLog(room.partitions, room.partition(TOPIC), lambda: None)


def rows(log: PartitionLog) -> list[tuple[bytes, bytes | None]]:
    found = list(log.read_all())
    assert all(isinstance(row, LoggedRecord) and row.producer_id == -1 for row in found)
    return [(row.key, row.value) for row in found if isinstance(row, LoggedRecord)]


def put(room: Any, batch: bytes) -> None:
    partition = room.partition(TOPIC)
    data = memoryview(bytearray(batch))
    partition.stage(data, read_header(data), 0)
    room.partitions.staged.append(partition)
    assert room.partitions.commit_last()


def test_what_was_appended_is_read_in_order(log: PartitionLog) -> None:
    assert list(log.read_all()) == []
    assert log.append([(b"a", b"1"), (b"b", None)], 5) == 2
    assert log.append([(b"a", b"2")], 6) == 3
    assert rows(log) == [(b"a", b"1"), (b"b", None), (b"a", b"2")]


@pytest.mark.parametrize("sequence", [NO_SEQUENCE, 0])
def test_a_batch_of_no_producer_begins_at_the_first_sequence(room: Any, sequence: int) -> None:
    room.add_topic(TOPIC, internal=True)
    partition = room.partition(TOPIC)
    log = PartitionLog(room.partitions, partition, lambda: None, first_sequence=sequence)
    log.append([(b"a", b"1"), (b"b", b"2")], 5)
    log.append([(b"c", b"3")], 5)
    found = partition.log.read(0, 1000, upper_bound=3, min_one_message=True).read_bytes()
    headers = [header for header, _ in iter_batches(found)]
    assert [(h.base_sequence, h.producer_id) for h in headers] == [(sequence, NO_PRODUCER_ID)] * 2


def test_a_log_larger_than_one_read_comes_whole(log: PartitionLog) -> None:
    expected = [(str(i).encode(), bytes(50_000)) for i in range(60)]
    for record in expected:
        log.append([record], 5)
    assert rows(log) == expected


def test_one_batch_larger_than_one_read_comes_whole(log: PartitionLog) -> None:
    log.append([(b"k", bytes(3 << 20))], 5)
    log.append([(b"l", b"v")], 5)
    assert [key for key, _ in rows(log)] == [b"k", b"l"]


def test_what_is_appended_while_reading_is_not_read(log: PartitionLog) -> None:
    log.append([(b"a", b"1")], 5)
    records = log.read_all()
    assert next(records) == LoggedRecord(b"a", b"1", NO_PRODUCER_ID)
    log.append([(b"b", b"2")], 5)
    assert list(records) == []


def test_deleted_records_keyless_ones_and_foreign_control_batches_are_passed_over(
    room: Any, log: PartitionLog
) -> None:
    log.append([(b"a", b"1"), (b"b", b"2")], 5)
    put(room, build_batch([Record(0, 5, None, b"no key")]))
    put(
        room,
        build_batch(
            [Record(0, 5, b"\0\0\0\2", bytes(6))], producer_id=1, producer_epoch=0, attributes=0x30
        ),
    )
    log.append([(b"c", b"3")], 5)
    room.partition(TOPIC).log.delete_records_before(1)
    assert rows(log) == [(b"b", b"2"), (b"c", b"3")]


def test_transactional_batches_and_markers_are_read_with_their_producer(
    room: Any, log: PartitionLog
) -> None:
    assert log.append([(b"a", b"1"), (b"b", None)], 5, PRODUCER) == 2
    assert log.append([(b"a", b"2")], 5) == 3
    assert log.append_marker(PRODUCER, 3, True, 1, 6) == 4
    assert log.append_marker(PRODUCER, 3, False, 1, 6) == 5
    assert list(log.read_all()) == [
        LoggedRecord(b"a", b"1", 7),
        LoggedRecord(b"b", None, 7),
        LoggedRecord(b"a", b"2", NO_PRODUCER_ID),
        LoggedMarker(7, 1, True),
        LoggedMarker(7, 1, False),
    ]


def test_transactional_batches_look_like_kafkas(room: Any, log: PartitionLog) -> None:
    log.append([(b"a", b"1"), (b"b", b"2")], 5, PRODUCER)
    log.append([(b"a", b"3")], 5, PRODUCER)  # again from sequence 0
    log.append_marker(PRODUCER, 3, False, 1, 6)
    found = room.partition(TOPIC).log
    data = found.read(0, 1 << 20, upper_bound=4, min_one_message=True).read_bytes()
    *batches, (marker, marker_batch) = iter_batches(data)
    assert [(h.producer_id, h.producer_epoch, h.base_sequence) for h, _ in batches] == [
        (7, 1, 0),
        (7, 1, 0),
    ]
    assert all(h.attributes == TRANSACTIONAL_BIT for h, _ in batches)
    assert (marker.attributes, marker.max_timestamp) == (TRANSACTIONAL_BIT | CONTROL_BIT, 6)
    assert (marker.producer_id, marker.producer_epoch, marker.base_sequence) == (7, 1, -1)
    assert read_end_marker(read_records(marker_batch)[0]) == EndMarker(ControlType.ABORT, 3)


def test_offsets_of_an_open_transaction_hold_back_the_stable_offset(
    room: Any, log: PartitionLog
) -> None:
    log.append([(b"a", b"0")], 5)
    log.append([(b"a", b"1")], 5, PRODUCER)
    log.append([(b"a", b"2")], 5)
    assert room.partition(TOPIC).last_stable_offset == 1
    log.append_marker(PRODUCER, 3, False, 1, 6)
    assert room.partition(TOPIC).last_stable_offset == 4
    assert room.partition(TOPIC).log.aborted_transactions(0, 9) == [AbortedTransaction(7, 1, 3, 4)]


def test_a_producer_of_the_past_is_refused_and_changes_nothing(log: PartitionLog) -> None:
    log.append([(b"a", b"1")], 5, PRODUCER)
    with pytest.raises(ApiError) as refused:
        log.append([(b"a", b"2")], 5, ProducerStamp(7, 0))
    assert refused.value.code is ErrorCode.INVALID_PRODUCER_EPOCH
    with pytest.raises(ApiError) as refused:
        log.append_marker(ProducerStamp(7, 0), 3, True, 1, 6)
    assert refused.value.code is ErrorCode.INVALID_PRODUCER_EPOCH
    assert log.append_marker(PRODUCER, 3, True, 1, 6) == 2
    with pytest.raises(ApiError) as refused:
        log.append_marker(PRODUCER, 2, True, 1, 6)
    assert refused.value.code is ErrorCode.TRANSACTION_COORDINATOR_FENCED


def test_failed_write_of_a_client_is_not_hidden_by_a_coordinator(room: Any) -> None:
    """The client's batch was staged in the same turn, and its answer is not sent yet."""
    room.add_topic(TOPIC, internal=True)
    room.add_topic("t")
    log = PartitionLog(room.partitions, room.partition(TOPIC), lambda: None)
    batch = bytearray(build_batch([Record(0, 5, None, b"v")]))
    room.partition("t").stage(memoryview(batch), read_header(batch), 0)
    room.partitions.staged.append(room.partition("t"))
    room.disk.full.add(room.directories[0])
    with pytest.raises(ApiError):
        log.append([(b"a", b"1")], 5)
    assert not room.partitions.commit_last()
    assert room.partitions.commit_last()


def test_nothing_is_written_where_the_directory_is_offline(room: Any, log: PartitionLog) -> None:
    room.disk.full.add(room.directories[0])
    for _ in range(2):
        with pytest.raises(ApiError) as refused:
            log.append_marker(PRODUCER, 3, True, 1, 6)
        assert refused.value.code is ErrorCode.KAFKA_STORAGE_ERROR


def test_committed_is_told_at_once_with_one_replica(log: PartitionLog) -> None:
    called: list[bool] = []
    log.when_committed(log.append([(b"a", b"1")], 5), lambda: called.append(True))
    assert called == [True]


def test_a_reader_of_the_topic_is_woken_soon(room: Any) -> None:
    room.add_topic(TOPIC, internal=True)
    asked: list[bool] = []
    log = PartitionLog(room.partitions, room.partition(TOPIC), lambda: asked.append(True))

    class Waiter:
        def data_arrived(self, partition: Any) -> None: ...

    log.append([(b"a", b"1")], 5)
    assert asked == []
    room.partition(TOPIC).add_fetch_waiter(Waiter())
    log.append([(b"a", b"1")], 5)
    assert asked == [True]


def test_too_much_for_a_segment_is_refused_and_changes_nothing(room: Any) -> None:
    room.add_topic(TOPIC, internal=True, segment_bytes="1048576")
    log = PartitionLog(room.partitions, room.partition(TOPIC), lambda: None)
    with pytest.raises(ApiError) as refused:
        log.append([(b"k", bytes(2 << 20))], 5)
    assert refused.value.code is ErrorCode.RECORD_LIST_TOO_LARGE
    assert log.append([(b"k", b"v")], 5) == 1


def test_a_disk_that_cannot_be_read_is_an_api_error(room: Any, log: PartitionLog) -> None:
    """The runtime answers who waits when its log fails; it knows ApiError, not the disk."""
    log.append([(b"a", b"1")], 5)
    room.disk.broken.add(room.directories[0])
    with pytest.raises(ApiError) as refused:
        list(log.read_all())
    assert refused.value.code is ErrorCode.KAFKA_STORAGE_ERROR
    assert room.partition(TOPIC).offline


def test_a_log_whose_directory_is_offline_is_not_read(room: Any, log: PartitionLog) -> None:
    log.append([(b"a", b"1")], 5)
    room.disk.full.add(room.directories[0])
    with pytest.raises(ApiError):
        log.append([(b"a", b"2")], 5)
    with pytest.raises(ApiError) as refused:
        list(log.read_all())
    assert refused.value.code is ErrorCode.KAFKA_STORAGE_ERROR
