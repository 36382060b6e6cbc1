"""Produce by the long way: what each partition answers, and what ends up in its log.

That the short way gives the same is in test_produce_path.py; what is wrong with a batch in
tests/protocol.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.records.batch import LOG_APPEND_TIME, iter_batches
from wirekafka_protocol.records.record import read_records

VERSIONS = range(3, 14)
TRANSACTIONAL = 0x10
BatchMaker = Callable[..., bytes]


def topic_id(name: str) -> bytes:
    return name.encode().ljust(16, b"-")[:16]


def produce(
    *batches: tuple[str, int, bytes | None], acks: int = -1, transactional_id: str | None = None
) -> ProduceRequest:
    """One topic entry for each (topic, partition, records)."""
    return ProduceRequest(
        transactional_id=transactional_id,
        acks=acks,
        topic_data=[
            TopicProduceData(name, topic_id(name), [PartitionProduceData(index, records)])
            for name, index, records in batches
        ],
    )


def rows(room: Any, request: ProduceRequest, version: int = 9, **header: Any) -> list[Any]:
    response = room.ask(request, version, **header)
    return [row for topic in response.responses for row in topic.partition_responses]


def errors(room: Any, request: ProduceRequest, version: int = 9, **header: Any) -> list[int]:
    return [row.error_code for row in rows(room, request, version, **header)]


def values(room: Any, topic: str, index: int = 0) -> list[bytes | None]:
    return [
        record.value
        for _, batch in iter_batches(room.log_bytes(topic, index))
        for record in read_records(batch)
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_offsets_and_times_of_what_was_appended(room: Any, batch: BatchMaker, version: int) -> None:
    room.add_topic("a", partitions=2)
    request = produce(("a", 0, batch(b"1", b"2")), ("a", 1, batch(b"3")))
    for base_offset in (0, 2):
        first, second = rows(room, request, version)
        assert (first.index, first.error_code, first.base_offset) == (0, 0, base_offset)
        assert (second.index, second.error_code, second.base_offset) == (1, 0, base_offset // 2)
        assert first.log_append_time_ms == -1
        assert first.log_start_offset == (0 if version >= 5 else -1)
    assert values(room, "a") == [b"1", b"2"] * 2


def test_a_topic_with_append_time_answers_it(room: Any, batch: BatchMaker) -> None:
    room.add_topic("a", message_timestamp_type="LogAppendTime")
    room.clock.advance(5)
    (row,) = rows(room, produce(("a", 0, batch(b"v"))))
    assert row.log_append_time_ms == room.clock.now_ms()
    ((header, _),) = iter_batches(room.log_bytes("a"))
    assert header.timestamp_type == LOG_APPEND_TIME
    assert header.max_timestamp == room.clock.now_ms()


@pytest.mark.parametrize("acks", [2, -2, 32767])
def test_acks_that_do_not_exist_are_refused_for_every_partition(
    room: Any, batch: BatchMaker, acks: int
) -> None:
    room.add_topic("a", partitions=2)
    request = produce(("a", 0, batch(b"v")), ("a", 1, batch(b"v")), acks=acks)
    assert errors(room, request) == [ErrorCode.INVALID_REQUIRED_ACKS] * 2
    assert values(room, "a") == []


def test_acks_that_do_not_exist_are_judged_after_topic_and_framing(
    room: Any, batch: BatchMaker
) -> None:
    """As the reference answered: compat scenario acks_out_of_range_is_21."""
    room.add_topic("a")
    request = produce(("nowhere", 0, batch(b"v")), ("a", 7, batch(b"v")), ("a", 0, b""), acks=2)
    assert errors(room, request) == [
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.INVALID_RECORD,
    ]


@pytest.mark.parametrize("version", [9, 13])
def test_a_topic_in_two_rows_is_answered_in_one(room: Any, batch: BatchMaker, version: int) -> None:
    """As the reference answered: a_topic_listed_twice_is_written_once_per_partition."""
    room.add_topic("a", partitions=2)
    room.add_topic("b")
    request = produce(("a", 0, batch(b"v")), ("b", 0, batch(b"v")), ("a", 1, batch(b"v")))
    response = room.ask(request, version)
    found = [[row.index for row in topic.partition_responses] for topic in response.responses]
    assert found == [[0, 1], [0]]


@pytest.mark.parametrize(
    ("version", "name", "index", "code"),
    [
        (12, "nowhere", 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        (13, "nowhere", 0, ErrorCode.UNKNOWN_TOPIC_ID),
        (12, "a", 1, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        (13, "a", -1, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
    ],
)
def test_what_does_not_exist_is_not_created(
    room: Any, batch: BatchMaker, version: int, name: str, index: int, code: ErrorCode
) -> None:
    room.add_topic("a")
    (row,) = rows(room, produce((name, index, batch(b"v"))), version)
    assert (row.error_code, row.base_offset, row.log_start_offset) == (code, -1, -1)
    assert list(room.partitions.by_name) == ["a"]


def test_one_partitions_fault_leaves_the_others(room: Any, batch: BatchMaker) -> None:
    room.add_topic("a", partitions=4)
    broken = bytearray(batch(b"v"))
    broken[-1] ^= 1
    request = produce(
        ("a", 0, batch(b"v")),
        ("a", 1, bytes(broken)),
        ("a", 2, None),
        ("a", 3, batch(b"v")),
        ("nowhere", 0, batch(b"v")),
    )
    assert errors(room, request) == [
        0,
        ErrorCode.CORRUPT_MESSAGE,
        ErrorCode.INVALID_RECORD,
        0,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ]
    assert [partition.high_watermark for partition in room.partitions] == [1, 0, 0, 1]


@pytest.mark.parametrize("client_id", [None, "", "admin", "__admin_client"])
def test_only_the_admin_client_writes_to_internal_topics(
    room: Any, batch: BatchMaker, client_id: str | None
) -> None:
    room.add_topic("__consumer_offsets", internal=True)
    request = produce(("__consumer_offsets", 0, batch(b"v")))
    allowed = client_id == "__admin_client"
    expected = 0 if allowed else int(ErrorCode.INVALID_TOPIC_EXCEPTION)
    assert errors(room, request, client_id=client_id) == [expected]
    assert room.partition("__consumer_offsets").high_watermark == allowed


@pytest.mark.parametrize("together", [True, False], ids=["one entry", "two entries"])
def test_a_partition_listed_twice_is_written_once_as_listed_last(
    room: Any, batch: BatchMaker, together: bool
) -> None:
    room.add_topic("a", partitions=2)
    request = produce(("a", 0, batch(b"lost")), ("a", 1, batch(b"v")), ("a", 0, batch(b"kept")))
    if together:
        for entry in request.topic_data[1:]:
            request.topic_data[0].partition_data += entry.partition_data
        del request.topic_data[1:]
    found = rows(room, request)
    assert sorted((row.index, row.error_code, row.base_offset) for row in found) == [
        (0, 0, 0),
        (1, 0, 0),
    ]
    assert values(room, "a") == [b"kept"]


def test_a_duplicate_answers_the_first_offset_and_is_not_written(
    room: Any, batch: BatchMaker
) -> None:
    room.add_topic("a")
    fields = {"producer_id": 1, "producer_epoch": 0}
    first = produce(("a", 0, batch(b"1", **fields, base_sequence=0)))
    assert errors(room, first) == [0]
    assert errors(room, produce(("a", 0, batch(b"2", **fields, base_sequence=1)))) == [0]
    (row,) = rows(room, first)
    assert (row.error_code, row.base_offset) == (0, 0)
    (late,) = rows(room, produce(("a", 0, batch(b"9", **fields, base_sequence=7))))
    assert late.error_code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert values(room, "a") == [b"1", b"2"]


def test_a_duplicate_within_one_wake_up_is_not_written_either(room: Any, batch: BatchMaker) -> None:
    """A client that sends again on the same connection before the first answer."""
    room.add_topic("a")
    records = batch(b"1", producer_id=1, producer_epoch=0, base_sequence=0)
    frame = room.frame(produce(("a", 0, records)), 9)
    for _ in range(2):
        copy = bytearray(frame)
        assert room.dispatcher.handle(room.peer, memoryview(copy), 0, len(copy)) is not None
    assert room.partitions.commit_last()
    assert values(room, "a") == [b"1"]


def test_transactional_records_need_a_transactional_id(room: Any, batch: BatchMaker) -> None:
    room.add_topic("a", partitions=2)
    records = batch(
        b"v", producer_id=1, producer_epoch=0, base_sequence=0, attributes=TRANSACTIONAL
    )
    request = produce(("a", 0, records), ("a", 1, batch(b"v")))
    code = int(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    assert errors(room, request) == [code, code]
    assert values(room, "a", 1) == []


def test_without_acks_a_fault_closes_the_connection_and_the_rest_is_written(
    room: Any, batch: BatchMaker
) -> None:
    room.add_topic("a", partitions=2)
    assert room.ask(produce(("a", 0, batch(b"1")), acks=0), 9) is None
    with pytest.raises(ProtocolError):
        room.ask(produce(("nowhere", 0, batch(b"v")), ("a", 1, batch(b"2")), acks=0), 9)
    assert values(room, "a", 0) + values(room, "a", 1) == [b"1", b"2"]


def test_a_full_disk_is_told_from_the_next_request_on(
    make_room: Callable[..., Any], batch: BatchMaker
) -> None:
    room = make_room(directories=2)
    room.add_topic("a")
    room.add_topic("b")
    room.disk.full.add(room.partition("a").log.parent)
    room.ask(produce(("a", 0, batch(b"v"))), 9)
    assert not room.committed
    request = produce(("a", 0, batch(b"v")), ("b", 0, batch(b"v")))
    assert errors(room, request) == [ErrorCode.KAFKA_STORAGE_ERROR, 0]
    assert room.committed


def test_a_request_for_very_many_topics_takes_time_in_proportion(room: Any) -> None:
    """Comparing each entry with all later ones would take half a minute here."""
    request = produce(*((f"t{number}", 0, b"") for number in range(20_000)))
    assert len(rows(room, request)) == 20_000


def test_the_receive_buffer_may_be_used_again_after_the_commit(
    room: Any, batch: BatchMaker
) -> None:
    """Batches are written from where they were received; what is kept is not a view of it."""
    room.add_topic("a")
    buffer = bytearray(1 << 16)
    for number in range(5):
        records = batch(b"%d" % number, producer_id=1, producer_epoch=0, base_sequence=number)
        frame = room.frame(produce(("a", 0, records)), 9)
        buffer[: len(frame)] = frame
        view = memoryview(buffer)
        assert room.dispatcher.handle(room.peer, view, 0, len(frame)) is not None
        assert room.partitions.commit_last()
        view.release()
        buffer[:] = b"\xff" * len(buffer)
    assert values(room, "a") == [b"0", b"1", b"2", b"3", b"4"]
