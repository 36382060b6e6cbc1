"""Reading a partition's files for a person: batches, indexes, and what is wrong with them."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from wirekafka_protocol.records.record import Record, build_batch
from wirekafka_storage.dump import (
    DumpedBatch,
    InvalidBytes,
    OffsetEntry,
    TimeEntry,
    dump_log,
    dump_offset_index,
    dump_time_index,
    dump_transaction_index,
    index_fault,
    offset_index_faults,
    time_index_faults,
)
from wirekafka_storage.files import Disk

REFERENCE = "WIREKAFKA_REFERENCE_LOG_DIRS"
DISK = Disk()


def batches(*last_offsets_and_times: tuple[int, int]) -> list[bytes]:
    """One-record batches: their offsets and times."""
    return [
        build_batch([Record(offset, time, b"k", b"v")], base_offset=offset)
        for offset, time in last_offsets_and_times
    ]


def put(tmp_path: Path, content: bytes, name: str = "file") -> str:
    path = tmp_path / name
    path.write_bytes(content)
    return str(path)


def test_a_log_is_its_batches(tmp_path):
    parts = batches((3, 10), (7, 20))
    found = list(dump_log(DISK, put(tmp_path, b"".join(parts))))
    assert [batch.data for batch in found] == parts
    assert [batch.position for batch in found] == [0, len(parts[0])]
    assert all(batch.is_valid for batch in found)
    assert found[1].records() == [Record(7, 20, b"k", b"v")]


def test_every_truncation_ends_in_invalid_bytes(tmp_path):
    parts = batches((3, 10), (7, 20))
    whole = b"".join(parts)
    for size in range(len(whole)):
        found = list(dump_log(DISK, put(tmp_path, whole[:size])))
        rest = size % len(parts[0])
        assert [type(f) for f in found] == [DumpedBatch] * (size // len(parts[0])) + (
            [InvalidBytes] if rest else []
        )
        if rest:
            assert (found[-1].position, found[-1].size) == (size - rest, rest)


@pytest.mark.parametrize(
    ("at", "value", "reason"),
    [(16, b"\1", "magic 1"), (8, b"\xff", "a batch of"), (8, b"\0\0\0\0", "a batch of 12 bytes")],
)
def test_what_is_no_batch_is_named(at, value, reason, tmp_path):
    data = bytearray(batches((0, 0))[0])
    data[at : at + len(value)] = value
    [found] = dump_log(DISK, put(tmp_path, data))
    assert isinstance(found, InvalidBytes)
    assert reason in found.reason


def test_a_batch_above_the_limit_is_damage(tmp_path):
    path = put(tmp_path, batches((0, 0))[0])
    assert isinstance(next(dump_log(DISK, path, max_message_bytes=69)), InvalidBytes)


def test_indexes_end_at_their_preallocated_rest(tmp_path):
    offsets = struct.pack(">iiii", 0, 0, 4, 80) + bytes(800)
    path = put(tmp_path, offsets + b"\0\0\0")
    assert dump_offset_index(DISK, path, 100) == [OffsetEntry(100, 0), OffsetEntry(104, 80)]
    assert dump_offset_index(DISK, put(tmp_path, bytes(80)), 100) == []
    times = struct.pack(">qiqi", 10, 3, 20, 7) + bytes(240)
    assert dump_time_index(DISK, put(tmp_path, times), 100) == [
        TimeEntry(10, 103),
        TimeEntry(20, 107),
    ]
    assert dump_time_index(DISK, put(tmp_path, bytes(24)), 100) == []


def test_index_entries_are_held_against_the_log(tmp_path):
    parts = batches((3, 10), (7, 30), (9, 20))
    size = len(parts[0])
    path = put(tmp_path, b"".join(parts))
    good = [OffsetEntry(7, size), OffsetEntry(9, 2 * size)]
    assert offset_index_faults(DISK, path, good) == []
    wrong = [OffsetEntry(8, size), OffsetEntry(9, 3 * size)]
    assert offset_index_faults(DISK, path, wrong) == [
        "Index offset: 8, log offset: 7",
        "Index offset: 9, 0 bytes are no batch header",
    ]
    assert time_index_faults(DISK, path, [TimeEntry(10, 3), TimeEntry(30, 7)]) == []
    assert time_index_faults(DISK, path, [TimeEntry(20, 9), TimeEntry(20, 12)]) == [
        "Index timestamp: 20, log timestamp: 30",
        "Indexed offset: 12, not found in the log",
        "Index timestamp: 20, Previously indexed timestamp: 20",
    ]


def test_what_a_broker_would_not_use():
    good = [OffsetEntry(1, 0), OffsetEntry(2, 80)]
    assert index_fault(16, good) is None
    assert "no multiple" in (index_fault(17, good) or "")
    assert "follows" in (index_fault(16, good[::-1]) or "")
    assert index_fault(24, [TimeEntry(5, 1), TimeEntry(6, 2)]) is None


def test_files_of_kafka_are_sound():
    """Every log and index in directories that Kafka wrote: readable, and they agree."""
    if REFERENCE not in os.environ:
        pytest.skip(f"{REFERENCE} does not name a folder with kafka-4.3.1/")
    logs = sorted(Path(os.environ[REFERENCE]).glob("kafka-4.3.1/*/*.log"))
    assert logs
    for log in logs:
        base_offset = int(log.stem)
        assert all(isinstance(f, DumpedBatch) and f.is_valid for f in dump_log(DISK, str(log)))
        offsets = dump_offset_index(DISK, str(log.with_suffix(".index")), base_offset)
        assert offset_index_faults(DISK, str(log), offsets) == []
        times = dump_time_index(DISK, str(log.with_suffix(".timeindex")), base_offset)
        assert time_index_faults(DISK, str(log), times) == []
        if (aborted := log.with_suffix(".txnindex")).exists():
            assert dump_transaction_index(DISK, str(aborted), base_offset)
