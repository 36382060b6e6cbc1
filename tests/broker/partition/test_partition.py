"""One partition: what a read_committed consumer sees of it, leader epochs, who waits."""

from __future__ import annotations

from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import iter_batches, read_header
from wirekafka_protocol.records.control import ControlType
from wirekafka_protocol.records.record import Record, build_batch

from wirekafka.partition.fetch import Fetch, FetchRow, FetchWait
from wirekafka.partition.fetch_sessions import FetchTarget

CONTROL_AND_TRANSACTIONAL = 0x30
TRANSACTIONAL = 0x10
BIG = 1 << 20


def write(room: Any, topic: str, batch: bytes) -> None:
    partition = room.partition(topic)
    data = memoryview(bytearray(batch))
    partition.stage(data, read_header(data), room.clock.now_ms())
    room.partitions.staged.append(partition)
    room.partitions.commit_last()
    room.partitions.wake()


def transactional(producer_id: int, sequence: int, *values: bytes) -> bytes:
    return build_batch(
        [Record(i, 1000, None, value) for i, value in enumerate(values)],
        producer_id=producer_id,
        producer_epoch=0,
        base_sequence=sequence,
        attributes=TRANSACTIONAL,
    )


def marker(producer_id: int, kind: ControlType) -> bytes:
    key = b"\0\0" + int(kind).to_bytes(2, "big")
    return build_batch(
        [Record(0, 1000, key, bytes(6))],
        producer_id=producer_id,
        producer_epoch=0,
        attributes=CONTROL_AND_TRANSACTIONAL,
    )


def reading(room: Any, offset: int = 0, *, read_committed: bool = True) -> Fetch:
    return Fetch(
        room.partitions,
        [FetchTarget("a", 0, offset, BIG, -1, -1)],
        min_bytes=1,
        max_bytes=BIG,
        read_committed=read_committed,
    )


def read(room: Any, offset: int = 0, *, read_committed: bool = True) -> FetchRow:
    (row,), _ = reading(room, offset, read_committed=read_committed).read()
    return row


def offsets(row: FetchRow) -> list[int]:
    assert row.records is not None
    return [header.base_offset for header, _ in iter_batches(row.records.read_bytes())]


def test_read_committed_stops_at_the_last_stable_offset_and_names_aborted_transactions(
    room: Any,
) -> None:
    room.add_topic("a")
    write(room, "a", transactional(1, 0, b"x", b"y"))
    row = read(room)
    assert (row.high_watermark, row.last_stable_offset) == (2, 0)
    assert offsets(row) == []
    assert row.aborted == []
    row = read(room, read_committed=False)
    assert offsets(row) == [0]
    assert row.aborted is None
    write(room, "a", marker(1, ControlType.ABORT))
    row = read(room)
    assert (row.last_stable_offset, offsets(row)) == (3, [0, 2])
    assert row.aborted == [(1, 0)]
    write(room, "a", transactional(1, 2, b"z"))
    write(room, "a", marker(1, ControlType.COMMIT))
    row = read(room, 3)
    assert offsets(row) == [3, 4]
    assert row.aborted == []


@pytest.mark.parametrize(("left", "aborted"), [(0, [(2, 0)]), (3, None)])
def test_aborted_transactions_of_a_row_that_the_limit_keeps_empty(
    room: Any, left: int, aborted: list[tuple[int, int]] | None
) -> None:
    """There when max_bytes is used up; not when too little of it is left."""
    for number, name in enumerate(("a", "b"), 1):
        room.add_topic(name)
        write(room, name, transactional(number, 0, b"x"))
        write(room, name, marker(number, ControlType.ABORT))
    size = read(room).records
    assert size is not None
    fetch = Fetch(
        room.partitions,
        [FetchTarget(name, 0, 0, BIG, -1, -1) for name in ("a", "b")],
        min_bytes=1,
        max_bytes=size.size + left,
        read_committed=True,
    )
    (first, second), _ = fetch.read()
    assert first.aborted == [(1, 0)]
    assert (offsets(second), second.aborted) == ([], aborted)


def test_a_read_committed_poll_waits_for_the_marker(room: Any) -> None:
    """Every record of an open transaction would wake it for nothing."""
    room.add_topic("a")
    answers: list[list[FetchRow]] = []
    fetch = reading(room)
    rows, answerable = fetch.read()
    assert not answerable
    FetchWait(fetch, rows, room.clock, 500, answers.append)
    write(room, "a", transactional(1, 0, b"x"))
    write(room, "a", transactional(1, 1, b"y"))
    assert answers == []
    write(room, "a", marker(1, ControlType.COMMIT))
    ((row,),) = answers
    assert offsets(row) == [0, 1, 2]


@pytest.mark.parametrize(
    ("epoch", "code"),
    [(4, ErrorCode.FENCED_LEADER_EPOCH), (6, ErrorCode.UNKNOWN_LEADER_EPOCH)],
)
def test_another_leader_epoch_is_refused(room: Any, epoch: int, code: ErrorCode) -> None:
    room.add_topic("a", leader_epoch=5)
    partition = room.partition("a")
    partition.check_leader_epoch(5)
    partition.check_leader_epoch(-1)
    with pytest.raises(ApiError) as refused:
        partition.check_leader_epoch(epoch)
    assert refused.value.code is code


def test_the_epoch_of_a_leader_that_wrote_nothing_yet_ends_at_the_log_end(room: Any) -> None:
    room.add_topic("a", leader_epoch=1)
    room.append("a", b"1", b"2")
    room.add_topic("a", leader_epoch=4)
    partition = room.partition("a")
    ends = [partition.end_of_epoch(epoch) for epoch in (0, 1, 2, 3, 4, 5)]
    assert ends == [(0, 0), (1, 2), (1, 2), (1, 2), (4, 2), (-1, -1)]


def test_a_waiter_that_is_removed_twice_or_was_never_there_does_no_harm(room: Any) -> None:
    class Waiter:
        def data_arrived(self, partition: Any) -> None: ...

    room.add_topic("a")
    partition, waiter = room.partition("a"), Waiter()
    partition.remove_fetch_waiter(waiter)
    partition.add_fetch_waiter(waiter)
    partition.add_fetch_waiter(waiter)
    partition.remove_fetch_waiter(waiter)
    partition.remove_fetch_waiter(waiter)
    assert partition.fetch_waiters is None
