"""A partition as a coordinator's log: what is appended comes back, and disks that fail."""

from __future__ import annotations

from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import read_header
from wirekafka_protocol.records.record import Record, build_batch

from wirekafka.partition.record_log import PartitionLog

TOPIC = "__consumer_offsets"


@pytest.fixture
def log(room: Any) -> PartitionLog:
    room.add_topic(TOPIC, internal=True)
    return PartitionLog(room.partitions, room.partition(TOPIC), lambda: None)


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
    assert list(log.read_all()) == [(b"a", b"1"), (b"b", None), (b"a", b"2")]


def test_a_log_larger_than_one_read_comes_whole(log: PartitionLog) -> None:
    expected = [(str(i).encode(), bytes(50_000)) for i in range(60)]
    for record in expected:
        log.append([record], 5)
    assert list(log.read_all()) == expected


def test_one_batch_larger_than_one_read_comes_whole(log: PartitionLog) -> None:
    log.append([(b"k", bytes(3 << 20))], 5)
    log.append([(b"l", b"v")], 5)
    assert [key for key, _ in log.read_all()] == [b"k", b"l"]


def test_what_is_appended_while_reading_is_not_read(log: PartitionLog) -> None:
    log.append([(b"a", b"1")], 5)
    records = log.read_all()
    assert next(records) == (b"a", b"1")
    log.append([(b"b", b"2")], 5)
    assert list(records) == []


def test_deleted_records_keyless_ones_and_control_batches_are_passed_over(
    room: Any, log: PartitionLog
) -> None:
    log.append([(b"a", b"1"), (b"b", b"2")], 5)
    put(room, build_batch([Record(0, 5, None, b"no key")]))
    put(
        room,
        build_batch(
            [Record(0, 5, b"\0\0\0\1", bytes(6))], producer_id=1, producer_epoch=0, attributes=0x30
        ),
    )
    log.append([(b"c", b"3")], 5)
    room.partition(TOPIC).log.delete_records_before(1)
    assert list(log.read_all()) == [(b"b", b"2"), (b"c", b"3")]


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
