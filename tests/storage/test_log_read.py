"""Reading: where a slice begins and ends, and what stays readable."""

from __future__ import annotations

import os

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import iter_batches, read_header
from wirekafka_storage.errors import StorageError


@pytest.fixture
def filled(make_log, kit):
    """Batches of 3 records at 0, 3, … 57, four to a segment, every other one indexed."""
    size = len(kit.batch(3))
    log = make_log(segment_bytes=4 * size, index_interval_bytes=size)
    for i in range(20):
        kit.append(log, kit.batch(3, timestamp=1000 + 10 * i))
    return log


def read(log, offset, max_bytes=1 << 20, upper_bound=None, min_one_message=True):
    bound = log.log_end_offset if upper_bound is None else upper_bound
    return log.read(offset, max_bytes, upper_bound=bound, min_one_message=min_one_message)


def test_slice_begins_with_the_batch_that_contains_the_offset(filled):
    for offset in range(60):
        piece = read(filled, offset)
        header = read_header(piece.read_bytes())
        assert header.base_offset == piece.base_offset == offset - offset % 3


def test_slice_ends_with_the_segment(filled, kit):
    size = len(kit.batch(3))
    for offset in range(60):
        in_segment = offset % 12 // 3
        piece = read(filled, offset)
        assert piece.size == (4 - in_segment) * size
        assert piece.position == in_segment * size


@pytest.mark.parametrize("max_bytes", [1, 60, 170, 250])
def test_slice_is_cut_at_the_limit_but_holds_one_whole_batch(filled, kit, max_bytes):
    size = len(kit.batch(3))
    for offset in (0, 4, 11, 48, 59):
        left = (4 - offset % 12 // 3) * size
        assert read(filled, offset, max_bytes).size == min(max(max_bytes, size), left)
        second = read(filled, offset, max_bytes, min_one_message=False).size
        assert second == (min(max_bytes, left) if max_bytes >= size else 0)


def test_zero_bytes_give_one_batch_or_nothing(filled, kit):
    assert read(filled, 0, 0).size == len(kit.batch(3))
    assert read(filled, 0, 0, min_one_message=False).size == 0


def test_slice_never_passes_the_upper_bound(filled):
    for bound in range(0, 61, 3):
        for offset in range(60):
            piece = read(filled, offset, upper_bound=bound)
            offsets = [header.last_offset for header, _ in iter_batches(piece.read_bytes())]
            assert all(last < bound for last in offsets)
            assert bool(offsets) == (offset < bound)


def test_upper_bound_inside_a_batch_hides_it(filled):
    assert read(filled, 3, upper_bound=4).size == 0
    [header] = [header for header, _ in iter_batches(read(filled, 0, upper_bound=4).read_bytes())]
    assert header.last_offset == 2


def test_read_at_the_end_is_empty(filled):
    assert read(filled, 60).size == 0
    assert read(filled, 60).read_bytes() == b""


@pytest.mark.parametrize("offset", [-1, 61, 1000])
def test_read_outside_of_the_log_is_out_of_range(filled, offset):
    with pytest.raises(ApiError) as caught:
        read(filled, offset)
    assert caught.value.code is ErrorCode.OFFSET_OUT_OF_RANGE


def test_fetch_below_log_start_is_out_of_range(filled):
    filled.delete_records_before(14)
    with pytest.raises(ApiError) as caught:
        read(filled, 13)
    assert caught.value.code is ErrorCode.OFFSET_OUT_OF_RANGE
    assert read(filled, 14).base_offset == 12


def test_reader_at_the_tail_needs_no_system_call(filled, disk, kit):
    offset = filled.log_end_offset
    kit.append(filled, kit.batch(3))
    disk.failing.add("pread")
    assert read(filled, offset).base_offset == offset


def test_tail_positions_are_right_after_many_writes(make_log, kit):
    log = make_log()
    starts = [kit.append(log, kit.batch(2)) for _ in range(300)]
    for start in starts:
        piece = read(log, start)
        assert (piece.base_offset, read_header(piece.read_bytes()).base_offset) == (start, start)
        assert piece.size == (300 - start // 2) * len(kit.batch(2))


def test_gaps_of_compaction_are_read_over(storage, kit):
    """Compaction drops batches, even at the end of a segment; offsets do not change."""
    log = storage.log()
    for _ in range(9):
        kit.append(log, kit.batch(2))
    assert len(log.segments) > 1
    first, second = log.segments[:2]
    size = len(kit.batch(2))
    with open(first.path(".log"), "r+b") as file:
        content = file.read()
        file.truncate(0)
        file.seek(0)
        file.write(content[size:-size])
    for suffix in (".index", ".timeindex"):
        os.unlink(first.path(suffix))
    log = storage.restart()
    assert read(log, 0).base_offset == 2
    last_of_first = second.base_offset - 1
    assert read(log, last_of_first).base_offset == second.base_offset


def test_slice_stays_readable_after_its_segment_was_deleted(filled, kit):
    piece = read(filled, 0)
    expected = piece.read_bytes()
    filled.delete_records_before(30)
    assert filled.apply_retention(kit.NOW_MS)
    for path in filled.take_due_files(kit.NOW_MS + 60_000):
        os.unlink(path)
    assert piece.read_bytes() == expected
    assert os.pread(piece.fd, piece.size, piece.position) == expected


def test_descriptors_of_old_segments_are_bounded(make_log, disk, kit):
    log = make_log(segment_bytes=len(kit.batch()))
    log.open_files._limit = 10
    for _ in range(50):
        kit.append(log, kit.batch())
    for offset in range(50):
        assert read(log, offset).base_offset == offset
    assert len(disk.open_descriptors) <= 11


def test_unreadable_disk_is_a_storage_error(filled, disk):
    disk.failing.add("pread")
    with pytest.raises(StorageError, match=r"reading .*t-1 failed"):
        read(filled, 4)
    with pytest.raises(StorageError):
        filled.fetch_offset_by_timestamp(1000)
    with pytest.raises(StorageError):
        filled.max_timestamp_offset()


def test_offset_by_timestamp_is_the_first_record_not_older(filled):
    for timestamp in range(990, 1200):
        expected = next(
            (
                (3 * i + j, 1000 + 10 * i + j)
                for i in range(20)
                for j in range(3)
                if 1000 + 10 * i + j >= timestamp
            ),
            None,
        )
        found = filled.fetch_offset_by_timestamp(timestamp)
        assert (found and found[:2]) == expected


def test_offset_by_timestamp_with_time_going_backwards(make_log, kit):
    log = make_log(segment_bytes=300, index_interval_bytes=0)
    stamps = [5, 9, 3, 9, 2, 12, 1, 12, 4]
    for stamp in stamps:
        kit.append(log, kit.batch(timestamp=stamp))
    for wanted in range(14):
        expected = next(((i, stamp) for i, stamp in enumerate(stamps) if stamp >= wanted), None)
        found = log.fetch_offset_by_timestamp(wanted)
        assert (found and found[:2]) == expected
    assert log.max_timestamp_offset() == (5, 12, 0)


def test_offset_by_timestamp_honours_the_log_start(filled):
    filled.delete_records_before(13)
    assert filled.fetch_offset_by_timestamp(1041) == (13, 1041, 0)


def test_offset_by_timestamp_looks_at_one_segment_only(filled):
    """As Kafka: the first one that is young enough, even when it is below the log start."""
    filled.delete_records_before(13)
    assert filled.fetch_offset_by_timestamp(0) is None
