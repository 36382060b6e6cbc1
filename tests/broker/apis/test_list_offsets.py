"""ListOffsets: special timestamps, look-up by time, isolation, epochs, errors."""

from __future__ import annotations

from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from wirekafka_protocol.records.batch import read_header
from wirekafka_protocol.records.record import Record, build_batch

VERSIONS = range(1, 12)
LATEST, EARLIEST, MAX_TIMESTAMP, EARLIEST_LOCAL, LATEST_TIERED, PENDING_UPLOAD = range(-1, -7, -1)
FIRST_VERSION = {-1: 1, -2: 1, -3: 7, -4: 8, -5: 9, -6: 11}
NOTHING = (0, -1, -1, -1)


def listing(
    *asked: tuple[str, int, int], isolation_level: int = 0, current_leader_epoch: int = -1
) -> ListOffsetsRequest:
    """Each asked is (topic, partition, timestamp), in a topic entry of its own."""
    return ListOffsetsRequest(
        replica_id=-1,
        isolation_level=isolation_level,
        topics=[
            ListOffsetsTopic(
                name,
                [
                    ListOffsetsPartition(
                        index, current_leader_epoch=current_leader_epoch, timestamp=timestamp
                    )
                ],
            )
            for name, index, timestamp in asked
        ],
    )


def answer(
    room: Any, timestamp: int, version: int = 11, **fields: int
) -> tuple[int, int, int, int]:
    """(error, offset, timestamp, leader epoch) for a-0."""
    response = room.ask(listing(("a", 0, timestamp), **fields), version)
    (topic,) = response.topics
    (row,) = topic.partitions
    assert (topic.name, row.partition_index) == ("a", 0)
    return row.error_code, row.offset, row.timestamp, row.leader_epoch


@pytest.fixture
def filled(room: Any) -> Any:
    """a-0: offsets 0..4 with timestamps 100, 300, 200, 300, 50; leader epoch 3."""
    room.add_topic("a", leader_epoch=3)
    for times in ((100, 300), (200,), (300, 50)):
        write(room, [Record(i, time, None, b"v") for i, time in enumerate(times)])
    return room


def write(room: Any, records: list[Record], **fields: int) -> None:
    data = memoryview(bytearray(build_batch(records, **fields)))
    partition = room.partition("a")
    partition.stage(data, read_header(data), room.clock.now_ms())
    room.partitions.staged.append(partition)
    assert room.partitions.commit_last()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("timestamp", [*FIRST_VERSION, -7, -(2**63)])
def test_a_special_timestamp_that_the_version_does_not_know_is_refused(
    filled: Any, timestamp: int, version: int
) -> None:
    known = FIRST_VERSION.get(timestamp, 99) <= version
    error = answer(filled, timestamp, version)[0]
    assert error == (0 if known else ErrorCode.UNSUPPORTED_VERSION)


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [
        (LATEST, (0, 5, -1, 3)),
        (EARLIEST, (0, 0, -1, 3)),
        (MAX_TIMESTAMP, (0, 1, 300, 3)),
        (EARLIEST_LOCAL, (0, 0, -1, 3)),
        (LATEST_TIERED, NOTHING),
        (PENDING_UPLOAD, NOTHING),
        (0, (0, 0, 100, 3)),
        (100, (0, 0, 100, 3)),
        (101, (0, 1, 300, 3)),
        (300, (0, 1, 300, 3)),
        (301, NOTHING),
        (2**63 - 1, NOTHING),
    ],
)
def test_offsets_of_a_log_with_records(
    filled: Any, timestamp: int, expected: tuple[int, int, int, int]
) -> None:
    assert answer(filled, timestamp) == expected


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [
        (LATEST, (0, 0, -1, 3)),
        (EARLIEST, (0, 0, -1, 3)),
        (MAX_TIMESTAMP, NOTHING),
        (EARLIEST_LOCAL, (0, 0, -1, 3)),
        (0, NOTHING),
    ],
)
def test_offsets_of_an_empty_log(
    room: Any, timestamp: int, expected: tuple[int, int, int, int]
) -> None:
    room.add_topic("a", leader_epoch=3)
    assert answer(room, timestamp) == expected


@pytest.mark.parametrize("version", [1, 2, 3])
def test_below_version_4_there_are_no_leader_epochs(filled: Any, version: int) -> None:
    assert answer(filled, LATEST, version) == (0, 5, -1, -1)


def test_deleted_records_are_not_found(filled: Any) -> None:
    filled.partition("a").log.delete_records_before(2)
    assert answer(filled, EARLIEST) == (0, 2, -1, 3)
    assert answer(filled, EARLIEST_LOCAL) == (0, 2, -1, 3)
    assert answer(filled, 0) == (0, 2, 200, 3)
    filled.partition("a").log.delete_records_before(5)
    assert answer(filled, EARLIEST) == (0, 5, -1, 3)
    assert answer(filled, 0) == NOTHING
    assert answer(filled, MAX_TIMESTAMP) == NOTHING


def test_the_epoch_is_that_of_the_record(filled: Any) -> None:
    filled.add_topic("a", leader_epoch=8)
    write(filled, [Record(0, 400, None, b"v")])
    assert answer(filled, 0) == (0, 0, 100, 3)
    assert answer(filled, 400) == (0, 5, 400, 8)
    assert answer(filled, EARLIEST) == (0, 0, -1, 3)
    assert answer(filled, LATEST) == (0, 6, -1, 8)


def test_read_committed_sees_nothing_behind_the_last_stable_offset(filled: Any) -> None:
    write(
        filled,
        [Record(0, 900, None, b"v")],
        producer_id=1,
        producer_epoch=0,
        base_sequence=0,
        attributes=0x10,
    )
    assert answer(filled, LATEST, isolation_level=0) == (0, 6, -1, 3)
    assert answer(filled, LATEST, isolation_level=1) == (0, 5, -1, 3)
    assert answer(filled, 900, isolation_level=0) == (0, 5, 900, 3)
    assert answer(filled, 900, isolation_level=1) == NOTHING
    assert answer(filled, MAX_TIMESTAMP, isolation_level=1) == NOTHING
    assert answer(filled, 100, isolation_level=1) == (0, 0, 100, 3)


@pytest.mark.parametrize("timestamp", [LATEST, EARLIEST, 0])
def test_the_clients_leader_epoch_must_be_ours(filled: Any, timestamp: int) -> None:
    codes = [answer(filled, timestamp, current_leader_epoch=epoch)[0] for epoch in (-1, 3, 2, 4)]
    assert codes == [0, 0, ErrorCode.FENCED_LEADER_EPOCH, ErrorCode.UNKNOWN_LEADER_EPOCH]


def table(room: Any, request: ListOffsetsRequest) -> list[tuple[str, int, int, int]]:
    return [
        (topic.name, row.partition_index, row.error_code, row.offset)
        for topic in room.ask(request, 11).topics
        for row in topic.partitions
    ]


def test_one_partitions_fault_leaves_the_others(filled: Any) -> None:
    unknown = int(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    request = listing(("nowhere", 0, LATEST), ("a", 0, LATEST), ("b", 1, LATEST), ("c", -1, LATEST))
    assert table(filled, request) == [
        ("nowhere", 0, unknown, -1),
        ("a", 0, 0, 5),
        ("b", 1, unknown, -1),
        ("c", -1, unknown, -1),
    ]


def test_a_partition_that_is_listed_twice_is_refused_once(filled: Any) -> None:
    filled.add_topic("b")
    twice = listing(("a", 0, LATEST), ("b", 0, LATEST), ("a", 0, EARLIEST))
    expected = [("a", 0, int(ErrorCode.INVALID_REQUEST), -1), ("b", 0, 0, 0)]
    assert table(filled, twice) == expected
    twice.topics[0].partitions += twice.topics.pop().partitions
    assert table(filled, twice) == expected


@pytest.mark.parametrize("version", range(2, 12))
def test_an_isolation_level_that_does_not_exist_is_refused(filled: Any, version: int) -> None:
    """As the reference answered: an_unknown_isolation_level_finds_nothing."""
    for timestamp in (LATEST, EARLIEST, 0):
        found = answer(filled, timestamp, version, isolation_level=7)
        assert found == (ErrorCode.UNKNOWN_SERVER_ERROR, -1, -1, -1)


def test_a_disk_that_cannot_be_read_is_a_storage_error(filled: Any) -> None:
    filled.disk.broken.add(filled.directories[0])
    assert answer(filled, 100)[0] == ErrorCode.KAFKA_STORAGE_ERROR
    assert filled.partition("a").offline
    assert answer(filled, LATEST)[0] == ErrorCode.KAFKA_STORAGE_ERROR
