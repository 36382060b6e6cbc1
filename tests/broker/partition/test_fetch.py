"""Reading for a Fetch request: limits, long polls, errors, epochs.

Asked through the API, in every version; sessions are in apis/test_fetch.py, transactions in
test_partition.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
)
from wirekafka_protocol.records.batch import iter_batches, read_header

VERSIONS = range(4, 19)
BIG = 1 << 20
READ_COMMITTED = 1


def topic_id(name: str) -> bytes:
    return name.encode().ljust(16, b"-")[:16]


def fetch(
    *targets: tuple[str, int, int],
    max_bytes: int = BIG,
    partition_max_bytes: int = BIG,
    min_bytes: int = 1,
    max_wait_ms: int = 0,
    isolation_level: int = 0,
    **fields: int,
) -> FetchRequest:
    """Without a session. Targets are (topic, partition, offset)."""
    topics: dict[str, FetchTopic] = {}
    for name, index, offset in targets:
        topic = topics.setdefault(name, FetchTopic(name, topic_id(name), []))
        topic.partitions.append(
            FetchPartition(
                index, fetch_offset=offset, partition_max_bytes=partition_max_bytes, **fields
            )
        )
    return FetchRequest(
        max_wait_ms=max_wait_ms,
        min_bytes=min_bytes,
        max_bytes=max_bytes,
        isolation_level=isolation_level,
        session_epoch=-1,
        topics=list(topics.values()),
    )


def rows(response: FetchResponse, version: int = 12) -> dict[tuple[str, int], Any]:
    """Partitions of the answer by (topic, index), in order."""
    found = {}
    for topic in response.responses:
        name = topic.topic_id.rstrip(b"-").decode() if version >= 13 else topic.topic
        for row in topic.partitions:
            assert (name, row.partition_index) not in found
            found[name, row.partition_index] = row
    return found


def only(response: FetchResponse) -> Any:
    (row,) = rows(response).values()
    return row


def offsets(row: Any) -> list[int]:
    """Base offsets of the whole batches in a row."""
    return [header.base_offset for header, _ in iter_batches(row.records)]


# -- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_answers_records_and_offsets(room: Any, version: int) -> None:
    room.add_topic("a", partitions=2)
    room.append("a", b"1", b"2", index=1)
    response = room.ask(fetch(("a", 1, 0), ("a", 0, 0)), version)
    found = rows(response, version)
    assert list(found) == [("a", 1), ("a", 0)]
    row, empty = found.values()
    assert offsets(row) == [0]
    assert (row.error_code, row.high_watermark, row.last_stable_offset) == (0, 2, 2)
    assert (empty.error_code, empty.high_watermark) == (0, 0)
    assert empty.records is not None
    assert len(empty.records) == 0
    assert row.aborted_transactions is None
    if version >= 5:
        assert row.log_start_offset == 0
    if version >= 11:
        assert row.preferred_read_replica == -1


def test_an_offset_inside_a_batch_returns_that_batch(room: Any) -> None:
    room.add_topic("a")
    room.append("a", b"1", b"2", b"3")
    room.append("a", b"4")
    assert offsets(only(room.ask(fetch(("a", 0, 1)), 12))) == [0, 3]


def test_records_carry_the_leader_epoch(room: Any) -> None:
    room.add_topic("a", leader_epoch=5)
    room.append("a", b"1")
    row = only(room.ask(fetch(("a", 0, 0)), 12))
    assert read_header(row.records).partition_leader_epoch == 5


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("offset", [-1, 3, 2**62, -(2**63)])
def test_an_offset_out_of_range_is_an_error_row(room: Any, version: int, offset: int) -> None:
    room.add_topic("a")
    room.append("a", b"1", b"2")
    response = room.ask(fetch(("a", 0, offset), max_wait_ms=1000), version)
    (row,) = rows(response, version).values()
    assert row.error_code == ErrorCode.OFFSET_OUT_OF_RANGE
    assert (row.high_watermark, row.last_stable_offset, row.log_start_offset) == (-1, -1, -1)
    assert row.aborted_transactions is None
    assert row.records is not None
    assert len(row.records) == 0


@pytest.mark.parametrize("isolation_level", [0, READ_COMMITTED])
def test_aborted_transactions_are_null_in_an_out_of_range_row(
    room: Any, isolation_level: int
) -> None:
    room.add_topic("a")
    row = only(room.ask(fetch(("a", 0, 9), isolation_level=isolation_level), 12))
    assert row.error_code == ErrorCode.OFFSET_OUT_OF_RANGE
    assert row.aborted_transactions is None


@pytest.mark.parametrize(
    ("version", "target", "code"),
    [
        (12, ("nowhere", 0, 0), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        (13, ("nowhere", 0, 0), ErrorCode.UNKNOWN_TOPIC_ID),
        (12, ("a", 1, 0), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        (13, ("a", 1, 0), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        (12, ("a", -1, 0), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
    ],
)
def test_what_does_not_exist_is_answered_at_once_with_an_empty_list_of_aborted_transactions(
    room: Any, version: int, target: tuple[str, int, int], code: ErrorCode
) -> None:
    room.add_topic("a")
    (row,) = rows(room.ask(fetch(target, max_wait_ms=1000), version), version).values()
    assert row.error_code == code
    assert row.aborted_transactions == []
    assert (row.high_watermark, row.last_stable_offset, row.log_start_offset) == (-1, -1, -1)


def test_an_error_of_one_partition_leaves_the_data_of_the_others(room: Any) -> None:
    room.add_topic("a", partitions=2)
    room.append("a", b"1")
    found = rows(room.ask(fetch(("a", 1, 9), ("a", 0, 0)), 12))
    assert found["a", 1].error_code == ErrorCode.OFFSET_OUT_OF_RANGE
    assert offsets(found["a", 0]) == [0]


def test_a_partition_that_is_listed_twice_counts_as_listed_last(room: Any) -> None:
    room.add_topic("a")
    room.append("a", b"1")
    room.append("a", b"2")
    assert offsets(only(room.ask(fetch(("a", 0, 0), ("a", 0, 1)), 12))) == [1]


def test_a_disk_that_cannot_be_read_takes_its_directory_offline(
    make_room: Callable[..., Any],
) -> None:
    room = make_room(directories=2)
    room.add_topic("a")
    room.add_topic("b")
    room.append("a", b"1")
    room.append("a", b"2", now_ms=1)
    room.append("b", b"1")
    room.partition("a").log.forget_positions()
    room.disk.broken.add(room.partition("a").log.parent)
    found = rows(room.ask(fetch(("a", 0, 0), ("b", 0, 0), isolation_level=1), 12))
    assert found["a", 0].error_code == ErrorCode.KAFKA_STORAGE_ERROR
    assert found["a", 0].high_watermark == -1
    assert offsets(found["b", 0]) == [0]
    assert room.partition("a").offline
    found = rows(room.ask(fetch(("a", 0, 0)), 12))
    assert found["a", 0].error_code == ErrorCode.KAFKA_STORAGE_ERROR


# -- limits -------------------------------------------------------------------------------------


@pytest.fixture
def five(room: Any) -> Any:
    """Topic a with five batches of one size in each of two partitions; room.batch_bytes."""
    room.add_topic("a", partitions=2)
    for _ in range(5):
        room.append("a", b"x" * 100, index=0)
        room.append("a", b"x" * 100, index=1)
    room.batch_bytes = len(room.log_bytes("a")) // 5
    return room


@pytest.mark.parametrize("limit", ["max_bytes", "partition_max_bytes"])
def test_the_first_batch_is_whole_whatever_the_limits(five: Any, limit: str) -> None:
    for size in (0, 1, five.batch_bytes - 1, five.batch_bytes):
        request = fetch(("a", 0, 2), ("a", 1, 0), **{limit: size})  # type: ignore[arg-type]
        found = rows(five.ask(request, 12))
        assert offsets(found["a", 0]) == [2]
        assert len(found["a", 0].records) == five.batch_bytes
        if size < five.batch_bytes or limit == "max_bytes":
            assert len(found["a", 1].records) == 0


def test_the_first_batch_rule_is_for_the_first_partition_with_data(five: Any) -> None:
    found = rows(five.ask(fetch(("a", 0, 5), ("a", 1, 0), max_bytes=1), 12))
    assert len(found["a", 0].records) == 0
    assert offsets(found["a", 1]) == [0]


def test_a_limit_in_the_middle_of_a_batch_cuts_it(five: Any) -> None:
    size = five.batch_bytes * 2 + 20
    row = only(five.ask(fetch(("a", 0, 0), partition_max_bytes=size), 12))
    assert len(row.records) == size
    assert offsets(row) == [0, 1]


def test_what_one_partition_takes_is_missing_for_the_next(five: Any) -> None:
    size = five.batch_bytes * 7
    found = rows(five.ask(fetch(("a", 0, 0), ("a", 1, 0), max_bytes=size), 12))
    assert [len(row.records) for row in found.values()] == [
        five.batch_bytes * 5,
        five.batch_bytes * 2,
    ]


def test_the_broker_has_a_limit_of_its_own(make_room: Callable[..., Any]) -> None:
    room = make_room("fetch.max.bytes=1024")
    room.add_topic("a")
    for _ in range(3):
        room.append("a", b"x" * 900)
    assert offsets(only(room.ask(fetch(("a", 0, 0)), 12))) == [0]
    # min_bytes beyond it could never be reached.
    response = room.ask(fetch(("a", 0, 0), min_bytes=BIG, max_wait_ms=1000), 12)
    assert offsets(only(response)) == [0]


# -- long polls ---------------------------------------------------------------------------------


def test_without_data_the_answer_comes_at_the_deadline(room: Any) -> None:
    room.add_topic("a")
    pending = room.ask(fetch(("a", 0, 0), max_wait_ms=500), 12)
    room.clock.advance(499)
    assert not pending.is_answered
    room.clock.advance(1)
    row = only(pending.answer)
    assert (row.error_code, len(row.records), row.high_watermark) == (0, 0, 0)
    assert room.partition("a").fetch_waiters is None


@pytest.mark.parametrize("max_wait_ms", [0, -1])
def test_who_does_not_want_to_wait_is_answered_at_once(room: Any, max_wait_ms: int) -> None:
    room.add_topic("a")
    assert len(only(room.ask(fetch(("a", 0, 0), max_wait_ms=max_wait_ms), 12)).records) == 0


@pytest.mark.parametrize("min_bytes", [0, -1])
def test_who_wants_nothing_does_not_wait(room: Any, min_bytes: int) -> None:
    room.add_topic("a")
    request = fetch(("a", 0, 0), max_wait_ms=500, min_bytes=min_bytes)
    assert len(only(room.ask(request, 12)).records) == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_an_append_answers_the_poll(room: Any, version: int) -> None:
    room.add_topic("a", partitions=2)
    pending = room.ask(fetch(("a", 0, 0), ("a", 1, 0), max_wait_ms=500), version)
    room.append("a", b"1", index=1)
    found = rows(pending.answer, version)
    assert offsets(found["a", 1]) == [0]
    assert len(found["a", 0].records) == 0
    room.clock.advance(1000)
    assert len(pending.answers) == 1
    assert all(partition.fetch_waiters is None for partition in room.partitions)


def test_an_append_to_another_partition_does_not(room: Any) -> None:
    room.add_topic("a", partitions=2)
    pending = room.ask(fetch(("a", 0, 0), max_wait_ms=500), 12)
    room.append("a", b"1", index=1)
    assert not pending.is_answered


def test_enough_is_counted_over_all_partitions(five: Any) -> None:
    request = fetch(("a", 0, 5), ("a", 1, 5), max_wait_ms=500, min_bytes=five.batch_bytes * 2 + 1)
    pending = five.ask(request, 12)
    five.append("a", b"x" * 100, index=0)
    five.append("a", b"x" * 100, index=1)
    assert not pending.is_answered
    five.append("a", b"x" * 100, index=0)
    assert [offsets(row) for row in rows(pending.answer).values()] == [[5, 6], [5]]


def test_enough_is_there_already(five: Any) -> None:
    request = fetch(("a", 0, 0), max_wait_ms=500, min_bytes=five.batch_bytes * 5)
    assert offsets(only(five.ask(request, 12))) == [0, 1, 2, 3, 4]


def test_what_is_too_little_is_answered_at_the_deadline(five: Any) -> None:
    request = fetch(("a", 0, 0), max_wait_ms=500, min_bytes=five.batch_bytes * 5 + 1)
    pending = five.ask(request, 12)
    five.clock.advance(500)
    assert offsets(only(pending.answer)) == [0, 1, 2, 3, 4]


def test_a_partition_that_does_not_exist_does_not_end_the_wait_for_the_others(five: Any) -> None:
    request = fetch(("a", 0, 5), ("nowhere", 0, 0), max_wait_ms=500, min_bytes=five.batch_bytes + 1)
    pending = five.ask(request, 12)
    five.append("a", b"x" * 100)
    assert not pending.is_answered
    five.append("a", b"x" * 100)
    assert offsets(rows(pending.answer)["a", 0]) == [5, 6]


def test_the_waiter_is_woken_after_the_producer_has_its_answer(
    room: Any, batch: Callable[..., bytes]
) -> None:
    room.add_topic("a")
    pending = room.ask(fetch(("a", 0, 0), max_wait_ms=500), 12)
    partition = room.partition("a")
    data = memoryview(bytearray(batch(b"v")))
    partition.stage(data, read_header(data), 0)
    room.partitions.staged.append(partition)
    room.partitions.commit_last()
    assert not pending.is_answered
    room.partitions.wake()
    assert offsets(only(pending.answer)) == [0]


def test_an_abandoned_poll_leaves_nothing_behind(room: Any) -> None:
    room.add_topic("a", partitions=2)
    pending = room.ask(fetch(("a", 0, 0), ("a", 1, 0), max_wait_ms=500), 12)
    pending.deferred.abandon()
    assert all(partition.fetch_waiters is None for partition in room.partitions)
    room.append("a", b"1")
    room.clock.advance(1000)
    assert not pending.is_answered


@pytest.mark.parametrize("version", [12, 13])
@pytest.mark.parametrize("min_bytes", [1, 1000])
def test_a_topic_deleted_meanwhile_ends_the_poll(room: Any, version: int, min_bytes: int) -> None:
    """The row is that of a read that failed, not that of a topic nobody knew, as the reference
    answered: a_waiting_fetch_ends_when_its_topic_is_deleted."""
    deleted = room.add_topic("a")
    room.add_topic("b")
    request = fetch(("a", 0, 0), ("b", 0, 0), max_wait_ms=500, min_bytes=min_bytes)
    pending = room.ask(request, version)
    room.partitions.delete_topic(deleted)
    room.partitions.wake()
    row = rows(pending.answer, version)["a", 0]
    assert (row.error_code, row.high_watermark, row.aborted_transactions) == (3, -1, None)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("isolation_level", [2, 7, -1])
def test_an_isolation_level_that_does_not_exist_is_refused(
    room: Any, version: int, isolation_level: int
) -> None:
    """Below v13 for each partition, too: an_unknown_isolation_level_is_refused."""
    room.add_topic("a")
    room.append("a", b"1")
    response = room.ask(fetch(("a", 0, 0), isolation_level=isolation_level), version)
    assert response.error_code == (ErrorCode.UNKNOWN_SERVER_ERROR if version >= 7 else 0)
    if version >= 13:
        assert response.responses == []
    else:
        row = only(response)
        assert (row.error_code, row.high_watermark) == (ErrorCode.UNKNOWN_SERVER_ERROR, -1)
        assert (row.aborted_transactions, len(row.records)) == ([], 0)


@pytest.mark.parametrize("min_bytes", [1, 1000])
def test_a_disk_that_fails_meanwhile_ends_the_poll(
    room: Any, batch: Callable[..., bytes], min_bytes: int
) -> None:
    room.add_topic("a", partitions=2)
    pending = room.ask(fetch(("a", 0, 0), max_wait_ms=500, min_bytes=min_bytes), 12)
    room.disk.full.add(room.directories[0])
    partition = room.partition("a", 1)
    data = memoryview(bytearray(batch(b"v")))
    partition.stage(data, read_header(data), 0)
    room.partitions.staged.append(partition)
    assert not room.partitions.commit_last()
    room.partitions.wake()
    assert only(pending.answer).error_code == ErrorCode.KAFKA_STORAGE_ERROR


def test_a_disk_that_cannot_be_read_at_the_deadline_is_told(room: Any) -> None:
    """The read happens in a timer: nobody above could catch what it raises."""
    room.add_topic("a")
    room.append("a", b"1")
    pending = room.ask(fetch(("a", 0, 0), max_wait_ms=500, min_bytes=1000), 12)
    room.partition("a").log.forget_positions()
    room.disk.broken.add(room.directories[0])
    room.clock.advance(500)
    assert only(pending.answer).error_code == ErrorCode.KAFKA_STORAGE_ERROR


# -- epochs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("epoch", "code"),
    [(-1, 0), (5, 0), (4, ErrorCode.FENCED_LEADER_EPOCH), (6, ErrorCode.UNKNOWN_LEADER_EPOCH)],
)
def test_the_clients_leader_epoch_must_be_ours(room: Any, epoch: int, code: int) -> None:
    room.add_topic("a", leader_epoch=5)
    request = fetch(("a", 0, 0), current_leader_epoch=epoch, isolation_level=READ_COMMITTED)
    row = only(room.ask(request, 12))
    assert row.error_code == code
    assert row.aborted_transactions == (None if code else [])


def test_a_fenced_client_is_told_the_leader(room: Any) -> None:
    """KIP-951."""
    room.add_topic("a", leader_epoch=5)
    response = room.ask(fetch(("a", 0, 0), current_leader_epoch=4), 16)
    (row,) = rows(response, 16).values()
    assert row.error_code == ErrorCode.FENCED_LEADER_EPOCH
    assert (row.current_leader.leader_id, row.current_leader.leader_epoch) == (room.node_id, 5)
    (endpoint,) = response.node_endpoints
    assert (endpoint.node_id, endpoint.host, endpoint.port) == (room.node_id, "localhost", 9092)


def test_a_history_that_is_not_ours_is_told_where_it_ends(room: Any) -> None:
    """KIP-595: epoch 1 ended at offset 2 here; the client says it read up to 3 of it."""
    room.add_topic("a", leader_epoch=1)
    room.append("a", b"1", b"2")
    room.add_topic("a", leader_epoch=4)
    room.append("a", b"3")

    def ask(offset: int, last_fetched_epoch: int) -> Any:
        request = fetch(
            ("a", 0, offset),
            last_fetched_epoch=last_fetched_epoch,
            max_wait_ms=500,
            isolation_level=READ_COMMITTED,
        )
        return only(room.ask(request, 12))

    for epoch in (1, 3):
        row = ask(3, epoch)
        assert (row.diverging_epoch.epoch, row.diverging_epoch.end_offset) == (1, 2)
        assert row.error_code == 0
        assert len(row.records) == 0
        assert row.aborted_transactions is None
    assert offsets(ask(2, 1)) == [2]
    assert offsets(ask(0, 1)) == [0, 2]
    assert offsets(ask(2, 4)) == [2]
    assert ask(2, 5).error_code == ErrorCode.OFFSET_OUT_OF_RANGE
    older = ask(2, 0).diverging_epoch
    assert (older.epoch, older.end_offset) == (0, 0)
