"""Snapshots of logs and log directories: complete, and independent of what goes on afterwards."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.records.batch import iter_batches, read_header
from wirekafka_protocol.records.record import Record, build_batch, read_records
from wirekafka_storage import directory_snapshot, log_snapshot
from wirekafka_storage.files import Disk
from wirekafka_storage.log import Log
from wirekafka_storage.log_config import LogConfig
from wirekafka_storage.log_manager import LogManager

NOW_MS = 1_700_000_000_000
CLUSTER_ID = "D3g6w8qlMNLNL0d59LaLVg"
LARGE = b"v" * 50_000


def opened(directory: Path | str, files: Disk | None = None) -> LogManager:
    return LogManager.open(
        [directory],
        cluster_id=CLUSTER_ID,
        node_id=1,
        config_for=lambda topic: LogConfig(),
        now_ms=NOW_MS,
        files=files,
    )


def append(log: Log, *values: bytes, **fields: Any) -> None:
    records = [Record(i, NOW_MS, None, value) for i, value in enumerate(values)]
    batch = bytearray(build_batch(records, **fields))
    log.stage(memoryview(batch), read_header(batch), leader_epoch=3, now_ms=NOW_MS)
    log.write_staged()


def values(log: Log) -> list[bytes]:
    found: list[bytes] = []
    offset = log.log_start_offset
    while offset < log.log_end_offset:
        piece = log.read(
            offset, 1 << 24, upper_bound=log.log_end_offset, min_one_message=True
        ).read_bytes()
        for header, batch in iter_batches(piece):
            found += [bytes(record.value or b"") for record in read_records(batch)]
            offset = header.next_offset
    return found


def taken(manager: LogManager, target: Path) -> None:
    (path,) = manager.directories
    directory_snapshot.take(manager, {path: str(target)}, broker_epoch=7, now_ms=NOW_MS)


@pytest.fixture
def manager(tmp_path: Path) -> Any:
    made = opened(tmp_path / "data")
    yield made
    made.close(clean=False)


@pytest.fixture
def log(manager: LogManager) -> Log:
    return manager.get_or_create("orders", 0, bytes(range(16)), LogConfig())


@pytest.mark.parametrize("value", [b"small", LARGE], ids=["copied", "linked"])
def test_both_sides_go_on_alone(
    manager: LogManager, log: Log, tmp_path: Path, value: bytes
) -> None:
    before = [b"%d" % number + value for number in range(10)]
    for one in before:
        append(log, one)
    taken(manager, tmp_path / "copy")
    fork_manager = opened(tmp_path / "copy")
    fork = fork_manager.logs["orders", 0]
    append(log, b"left")
    append(fork, b"right")
    append(fork, b"right again")
    assert values(log) == [*before, b"left"]
    assert values(fork) == [*before, b"right", b"right again"]
    assert fork.topic_id == log.topic_id
    assert fork.latest_epoch == 3
    fork_manager.close(clean=False)
    again = opened(tmp_path / "copy")  # as after kill -9
    assert values(again.logs["orders", 0]) == [*before, b"right", b"right again"]
    again.close(clean=False)


def test_a_snapshot_opens_without_a_scan(manager: LogManager, log: Log, tmp_path: Path) -> None:
    for _ in range(10):
        append(log, LARGE)
    taken(manager, tmp_path / "copy")
    copy = opened(tmp_path / "copy")
    assert copy.report.scanned_bytes == 0
    assert copy.report.repairs == []
    assert copy.logs["orders", 0].recovery_point == log.log_end_offset
    copy.close(clean=False)


def test_the_bytes_of_a_large_segment_are_shared(
    manager: LogManager, log: Log, tmp_path: Path
) -> None:
    for _ in range(10):
        append(log, LARGE)
    taken(manager, tmp_path / "copy")
    name = f"{0:020d}.log"
    assert (tmp_path / "copy/orders-0" / name).samefile(tmp_path / "data/orders-0" / name)
    assert len(log.segments) == 2


def shared_files(directory: Path) -> set[str]:
    return {
        path.name for path in directory.rglob("*") if path.is_file() and path.stat().st_nlink > 1
    }


def test_no_file_that_is_written_again_in_place_is_shared(
    manager: LogManager, log: Log, tmp_path: Path
) -> None:
    for _ in range(3 * 10):
        append(log, LARGE)
    taken(manager, tmp_path / "copy")
    replaced = {"partition.metadata", "leader-epoch-checkpoint"}
    assert shared_files(tmp_path / "copy") == {f"{0:020d}.log", *replaced}
    directory_snapshot.instantiate(manager.files, str(tmp_path / "copy"), str(tmp_path / "fork"))
    snapshots = {f"{30:020d}.snapshot"}
    assert shared_files(tmp_path / "fork") == {f"{0:020d}.log", *replaced, *snapshots}


def test_an_epoch_of_one_side_is_not_the_others(
    manager: LogManager, log: Log, tmp_path: Path
) -> None:
    append(log, b"before")
    taken(manager, tmp_path / "copy")
    copy = opened(tmp_path / "copy")
    for side, epoch in ((copy.logs["orders", 0], 9), (log, 5)):
        side.assign_epoch(epoch, side.log_end_offset)
        batch = bytearray(build_batch([Record(0, NOW_MS, None, b"v")]))
        side.stage(memoryview(batch), read_header(batch), leader_epoch=epoch, now_ms=NOW_MS)
        side.write_staged()
    copy.close(clean=False)
    again = opened(tmp_path / "copy")
    assert again.logs["orders", 0].latest_epoch == 9
    again.close(clean=False)
    manager.close(clean=False)
    data = opened(tmp_path / "data")
    assert data.logs["orders", 0].latest_epoch == 5
    data.close(clean=False)


@pytest.mark.parametrize("name", ["partition.metadata", "leader-epoch-checkpoint"])
def test_a_file_that_somebody_removed_is_in_the_copy(
    manager: LogManager, log: Log, tmp_path: Path, name: str
) -> None:
    append(log, b"before")
    (tmp_path / "data/orders-0" / name).unlink()
    taken(manager, tmp_path / "copy")
    copy = opened(tmp_path / "copy")
    assert copy.logs["orders", 0].topic_id == log.topic_id
    assert copy.logs["orders", 0].latest_epoch == 3
    assert copy.report.repairs == []
    copy.close(clean=False)


def test_an_epoch_without_a_record_yet_is_in_the_copy(
    manager: LogManager, log: Log, tmp_path: Path
) -> None:
    append(log, b"before")
    log.assign_epoch(8, log.log_end_offset)
    assert log.has_unwritten_epoch
    taken(manager, tmp_path / "copy")
    copy = opened(tmp_path / "copy")
    assert copy.logs["orders", 0].latest_epoch == 8
    copy.close(clean=False)


def test_the_producers_are_known_in_the_copy(manager: LogManager, log: Log, tmp_path: Path) -> None:
    append(log, b"first", producer_id=9, producer_epoch=0, base_sequence=0)
    taken(manager, tmp_path / "copy")
    copy = opened(tmp_path / "copy")
    again = bytearray(
        build_batch(
            [Record(0, NOW_MS, None, b"first")], producer_id=9, producer_epoch=0, base_sequence=0
        )
    )
    appended = copy.logs["orders", 0].stage(
        memoryview(again), read_header(again), leader_epoch=3, now_ms=NOW_MS
    )
    assert appended.is_duplicate
    copy.close(clean=False)


def test_deleted_records_stay_deleted(manager: LogManager, log: Log, tmp_path: Path) -> None:
    append(log, b"a")
    append(log, b"b")
    log.delete_records_before(1)
    taken(manager, tmp_path / "copy")
    copy = opened(tmp_path / "copy")
    assert values(copy.logs["orders", 0]) == [b"b"]
    copy.close(clean=False)


def test_a_kept_snapshot_serves_many_times(manager: LogManager, log: Log, tmp_path: Path) -> None:
    for _ in range(8):
        append(log, LARGE)
    append(log, b"last")
    taken(manager, tmp_path / "kept")
    for name in ("one", "two"):
        directory_snapshot.instantiate(Disk(), str(tmp_path / "kept"), str(tmp_path / name))
        copy = opened(tmp_path / name)
        assert values(copy.logs["orders", 0])[-1] == b"last"
        append(copy.logs["orders", 0], name.encode())
        copy.close(clean=False)
    assert values(log)[-1] == b"last"


def test_an_empty_log_is_a_folder_less(manager: LogManager, log: Log, tmp_path: Path) -> None:
    taken(manager, tmp_path / "copy")
    assert not (tmp_path / "copy/orders-0").exists()


class UnlinkableDisk(Disk):
    """A file system without hard links."""

    @staticmethod
    def link(source: str, target: str) -> None:  # type: ignore[override]
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))


def test_without_hard_links_the_bytes_are_copied(tmp_path: Path) -> None:
    manager = opened(tmp_path / "data", UnlinkableDisk())
    log = manager.get_or_create("orders", 0, bytes(range(16)), LogConfig())
    for _ in range(8):
        append(log, LARGE)
    taken(manager, tmp_path / "copy")
    copy = opened(tmp_path / "copy")
    assert values(copy.logs["orders", 0]) == [LARGE] * 8
    copy.close(clean=False)
    manager.close(clean=False)


def test_staged_batches_are_not_left_out_silently(log: Log, tmp_path: Path) -> None:
    batch = bytearray(build_batch([Record(0, NOW_MS, None, b"v")]))
    log.stage(memoryview(batch), read_header(batch), leader_epoch=3, now_ms=NOW_MS)
    with pytest.raises(AssertionError):
        log_snapshot.take(log, str(tmp_path), NOW_MS)


def test_clearing_keeps_the_lock_and_moves_the_rest(tmp_path: Path) -> None:
    manager = opened(tmp_path / "data")
    append(manager.get_or_create("orders", 0, bytes(range(16)), LogConfig()), b"v")
    manager.close(clean=False)
    directory_snapshot.clear(Disk(), str(tmp_path / "data"), str(tmp_path / "trash"))
    assert [path.name for path in (tmp_path / "data").iterdir()] == [".lock"]
    assert (tmp_path / "trash/orders-0").is_dir()
