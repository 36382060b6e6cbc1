"""Starting again: after a clean stop, after a crash, with damaged files."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import LENGTH_POSITION, read_header


@pytest.fixture
def filled(storage, kit):
    """Twelve batches of two records in several segments, three of a producer among them."""
    log = storage.log()
    for i in range(12):
        fields = {}
        if i % 4 == 0:
            fields = {"producer_id": 7, "producer_epoch": 0, "base_sequence": i // 2}
        kit.append(log, kit.batch(2, timestamp=kit.NOW_MS + 10 * i, **fields), epoch=i // 5)
    assert len(log.segments) > 2
    return log


def state_of(log, kit):
    """Everything that a restart must not change."""
    producers = {
        producer_id: (entry.producer_epoch, entry.last_sequence, entry.transaction_first_offset)
        for producer_id, entry in log.producers.producers.items()
    }
    return (
        kit.values(log),
        log.log_start_offset,
        log.log_end_offset,
        producers,
        log.epochs.entries(),
        [log.fetch_offset_by_timestamp(kit.NOW_MS + past) for past in range(-5, 130, 3)],
        log.max_timestamp_offset(),
        log.aborted_transactions(0, log.log_end_offset),
        log.last_stable_offset(log.log_end_offset),
        log.topic_id,
    )


def indexes_of(log):
    return {
        path.name: path.read_bytes()
        for path in log.directory.iterdir()
        if path.suffix in (".index", ".timeindex", ".txnindex")
    }


def test_clean_restart_changes_nothing_and_reads_no_batch(storage, filled, kit):
    before = state_of(filled, kit)
    log = storage.restart()
    assert state_of(log, kit) == before
    assert storage.manager.report.repairs == []
    assert storage.manager.report.scanned_bytes == 0
    assert kit.append(log, kit.batch()) == 24


def test_crash_without_syncing_loses_nothing_that_was_written(storage, filled, kit):
    before = state_of(filled, kit)
    log = storage.crash()
    assert state_of(log, kit) == before
    assert storage.manager.report.repairs == []
    assert storage.manager.report.scanned_bytes == log.size
    assert kit.append(log, kit.batch()) == 24


def test_indexes_made_anew_equal_those_that_were_written(storage, filled):
    storage.restart()
    before = indexes_of(filled)
    storage.crash()
    storage.restart()
    assert indexes_of(filled) == before


def test_index_entries_after_a_restart_and_a_sync_go_behind_the_earlier_ones(storage, filled, kit):
    """A descriptor that was opened only to sync must not write at the start of the file."""
    storage.config = replace(storage.config, segment_bytes=100_000)
    log = storage.restart()
    before = indexes_of(log)
    kit.append(log, kit.batch(2))
    log.flush()
    for i in range(9):
        kit.append(log, kit.batch(2, timestamp=kit.NOW_MS + 1000 + i))
    after = indexes_of(log)
    assert all(after[name].startswith(content) for name, content in before.items())
    assert after != before
    state = state_of(log, kit)
    assert state_of(storage.restart(), kit) == state
    assert storage.manager.report.repairs == []


def test_segments_below_the_recovery_point_are_not_scanned(storage, filled, kit):
    for log, flush in storage.manager.pending_flushes():
        flush.run()
        log.flushed(flush)
    storage.manager.checkpoint()
    before = state_of(filled, kit)
    log = storage.crash()
    assert state_of(log, kit) == before
    assert storage.manager.report.scanned_bytes == log.segments[-1].size


def test_log_torn_at_any_byte_keeps_all_whole_batches(storage, kit):
    log = storage.log()
    for _ in range(3):
        kit.append(log, kit.batch(2))
    path = Path(log.segments[-1].path(".log"))
    size = len(kit.batch(2))
    content = path.read_bytes()
    for end in range(len(content) - 1, 0, -1):
        storage.manager.close(clean=False)
        path.write_bytes(content[:end])
        storage.open()
        log = storage.log()
        assert log.log_end_offset == 2 * (end // size)
        assert log.size == end // size * size
        assert len(storage.manager.report.repairs) == (1 if end % size else 0)
    assert kit.append(log, kit.batch()) == 0


def test_write_torn_at_any_byte_is_repaired(storage, disk, kit):
    log = storage.log()
    kit.append(log, kit.batch(2))
    size = len(kit.batch(1))
    for cut in range(0, 2 * size, 7):
        log = storage.log()
        end = log.log_end_offset
        for _ in range(2):
            batch = kit.batch(1)
            log.stage(batch, read_header(batch), leader_epoch=0, now_ms=0)
        disk.bytes_left = cut
        with pytest.raises(Exception, match="No space left"):
            log.write_staged()
        disk.bytes_left = None
        log = storage.crash()
        assert log.log_end_offset == end + cut // size
        assert len(kit.values(log)) == log.log_end_offset


@pytest.mark.parametrize("place", [0, LENGTH_POSITION, 16, 17, 23, 70])
def test_damage_in_the_middle_cuts_everything_behind_it(storage, filled, kit, place):
    segment = filled.segments[1]
    size = len(kit.batch(2))
    storage.manager.close(clean=False)
    with open(segment.path(".log"), "r+b") as file:
        file.seek(size + place)
        file.write(b"\xf0")
    storage.open()
    log = storage.log()
    assert log.log_end_offset == segment.base_offset + 2
    assert [s.base_offset for s in log.segments] == [0, segment.base_offset]
    [repair] = storage.manager.report.repairs
    assert "cut at offset" in repair
    assert str(storage.folder()) in repair
    assert kit.append(log, kit.batch()) == segment.base_offset + 2
    assert len(kit.values(storage.restart())) == log.log_end_offset


def test_zeros_behind_the_end_are_cut(storage, filled, kit):
    """A file system may leave zeros where a size was written but not the data."""
    path = filled.segments[-1].path(".log")
    storage.manager.close(clean=False)
    with open(path, "ab") as file:
        file.write(bytes(5000))
    storage.open()
    assert storage.log().log_end_offset == 24


@pytest.mark.parametrize("suffix", [".index", ".timeindex"])
@pytest.mark.parametrize("damage", ["missing", "odd size", "too far", "zeros"])
@pytest.mark.parametrize("stop", ["clean", "crash"])
def test_damaged_index_is_made_anew(storage, filled, kit, suffix, damage, stop):
    before = state_of(filled, kit)
    storage.restart()
    good = indexes_of(filled)
    storage.manager.close(clean=stop == "clean")
    path = filled.segments[0].path(suffix)
    if damage == "missing":
        os.unlink(path)
    elif damage == "odd size":
        with open(path, "ab") as file:
            file.write(b"x")
    elif damage == "too far":
        with open(path, "ab") as file:
            file.write(b"\x7f" * 24 if suffix == ".index" else b"\xff" * 24)
    else:
        with open(path, "ab") as file:
            file.write(bytes(2400))
    storage.open()
    log = storage.log()
    assert state_of(log, kit) == before
    assert indexes_of(log)[os.path.basename(path)] == good[os.path.basename(path)]


def test_index_without_a_log_is_removed(storage, filled, kit):
    stray = storage.folder() / "00000000000000009999.index"
    storage.manager.close(clean=True)
    stray.write_bytes(b"")
    storage.open()
    assert not stray.exists()
    assert storage.log().log_end_offset == 24


def test_snapshots_of_earlier_clean_stops_are_removed(storage, filled, kit):
    log = storage.restart()
    for _ in range(3):
        kit.append(log, kit.batch(1))
        log = storage.restart()
    snapshots = {int(path.stem) for path in storage.folder().glob("*.snapshot")}
    bases = {segment.base_offset for segment in log.segments}
    assert snapshots <= bases | {log.log_end_offset}
    assert log.log_end_offset in snapshots


@pytest.mark.parametrize("stop", ["clean", "crash"])
def test_damaged_producer_snapshot_is_ignored(storage, filled, kit, stop):
    before = state_of(filled, kit)
    storage.restart()
    storage.manager.close(clean=stop == "clean")
    for path in storage.folder().glob("*.snapshot"):
        path.write_bytes(path.read_bytes()[:-1] + b"\xee")
    storage.open()
    assert state_of(storage.log(), kit) == before


@pytest.mark.parametrize("content", [None, b"", b"0\n7\n1 2\n"])
@pytest.mark.parametrize("stop", ["clean", "crash"])
def test_damaged_leader_epochs_are_read_from_the_batches(storage, filled, kit, content, stop):
    before = state_of(filled, kit)
    storage.manager.close(clean=stop == "clean")
    path = storage.folder() / "leader-epoch-checkpoint"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    storage.open()
    assert state_of(storage.log(), kit) == before


@pytest.mark.parametrize(
    "name",
    [
        "recovery-point-offset-checkpoint",
        "replication-offset-checkpoint",
        "log-start-offset-checkpoint",
    ],
)
@pytest.mark.parametrize("stop", ["clean", "crash"])
def test_damaged_checkpoint_is_ignored(storage, filled, kit, name, stop):
    before = state_of(filled, kit)
    storage.restart()
    storage.manager.close(clean=stop == "clean")
    (storage.path / name).write_bytes(b"0\n99\ngarbage")
    storage.open()
    assert state_of(storage.log(), kit) == before


def test_topic_id_of_a_folder_without_metadata_is_taken_from_the_caller(storage, filled, kit):
    storage.manager.close(clean=True)
    path = storage.folder() / "partition.metadata"
    content = path.read_bytes()
    path.unlink()
    storage.open()
    assert storage.log().topic_id == kit.TOPIC_ID
    assert path.read_bytes() == content


def test_log_start_survives(storage, filled, kit):
    filled.delete_records_before(5)
    before = state_of(filled, kit)
    assert state_of(storage.restart(), kit) == before
    assert state_of(storage.crash(), kit) == before


def test_log_start_above_what_is_left_starts_over_there(storage, filled, kit):
    filled.delete_records_before(23)
    storage.manager.checkpoint()
    storage.manager.close(clean=False)
    os.truncate(filled.segments[0].path(".log"), 5)
    storage.open()
    log = storage.log()
    assert (log.log_start_offset, log.log_end_offset) == (23, 23)
    assert kit.append(log, kit.batch()) == 23


def test_aborted_transactions_survive(storage, kit):
    log = storage.log()

    def begin(producer_id, sequence=0):
        kit.append(
            log,
            kit.batch(
                2, attributes=16, producer_id=producer_id, producer_epoch=0, base_sequence=sequence
            ),
        )

    begin(1)
    begin(2)
    kit.append(log, kit.marker(producer_id=2, commit=False))
    kit.append(log, kit.marker(producer_id=1, commit=False))
    begin(3)
    kit.append(log, kit.marker(producer_id=3, commit=True))
    begin(1, sequence=2)
    assert log.last_stable_offset(log.log_end_offset) == 9
    assert log.aborted_transactions(0, 99) == [(2, 2, 4, 0), (1, 0, 5, 6)]
    assert log.aborted_transactions(0, 2) == [(1, 0, 5, 6)]
    assert log.aborted_transactions(5, 99) == [(1, 0, 5, 6)]
    assert log.aborted_transactions(6, 99) == []
    before = state_of(log, kit)
    assert state_of(storage.restart(), kit) == before
    assert state_of(storage.crash(), kit) == before
    (storage.path / "recovery-point-offset-checkpoint").unlink()
    (storage.folder() / "00000000000000000000.txnindex").unlink()
    assert state_of(storage.crash(), kit) == before


def test_files_of_an_unfinished_deletion_go(storage, filled, kit):
    before = state_of(filled, kit)
    storage.manager.close(clean=True)
    for name in ("00000000000000000099.log.deleted", "00000000000000000099.snapshot.deleted"):
        (storage.folder() / name).write_bytes(b"x")
    storage.open()
    assert state_of(storage.log(), kit) == before
    assert not list(storage.folder().glob("*.deleted"))


def test_unfinished_compaction_is_undone(storage, filled, kit):
    before = state_of(filled, kit)
    storage.manager.close(clean=True)
    (storage.folder() / "00000000000000000000.log.cleaned").write_bytes(b"half")
    (storage.folder() / "00000000000000000000.index.cleaned").write_bytes(b"")
    (storage.folder() / "00000000000000000006.log.swap").write_bytes(b"half")
    storage.open()
    assert state_of(storage.log(), kit) == before
    assert not list(storage.folder().glob("*.cleaned"))
    assert not list(storage.folder().glob("*.swap"))


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_finished_compaction_is_completed(storage, filled, kit, gone):
    """The swap file covers the first two segments, of which some may be retired already."""
    first, second, third = filled.segments[:3]
    size = len(kit.batch(2))
    storage.manager.close(clean=True)
    kept = Path(first.path(".log")).read_bytes()[:size]
    kept += Path(second.path(".log")).read_bytes()[-size:]
    for segment in (first, second)[:gone]:
        for suffix in (".log", ".index", ".timeindex"):
            os.rename(segment.path(suffix), segment.path(suffix) + ".deleted")
    with open(first.path(".log.swap"), "wb") as file:
        file.write(kept)
    storage.open()
    log = storage.log()
    assert [s.base_offset for s in log.segments][:2] == [0, third.base_offset]
    offsets = [header.base_offset for header, _ in kit.read_all(log)]
    assert offsets[:3] == [0, third.base_offset - 2, third.base_offset]
    assert log.log_end_offset == 24


def test_large_batch_is_scanned_whole(storage, kit, monkeypatch):
    monkeypatch.setattr("wirekafka_storage.segment_scan._BUFFER_BYTES", 256)
    storage.config = replace(storage.config, segment_bytes=10_000)
    log = storage.log()
    for value_bytes in (10, 700, 10, 600, 10):
        kit.append(log, kit.batch(value_bytes=value_bytes))
    before = kit.values(log)
    log = storage.crash()
    assert kit.values(log) == before
    assert storage.manager.report.repairs == []


@pytest.mark.parametrize("damage", [b"x", b"\xff" * 34])
@pytest.mark.parametrize("stop", ["clean", "crash"])
def test_damaged_transaction_index_is_made_anew(storage, kit, damage, stop):
    log = storage.log()
    for _ in range(2):
        kit.append(log, kit.batch(producer_id=7, producer_epoch=0, base_sequence=0, attributes=16))
        kit.append(log, kit.marker(producer_id=7, commit=False))
        kit.append(log, kit.batch(5))
    before = log.aborted_transactions(0, 100)
    assert before
    log.flush()
    storage.manager.checkpoint()
    storage.manager.close(clean=stop == "clean")
    paths = list(storage.folder().glob("*.txnindex"))
    for path in paths:
        path.write_bytes(damage)
    storage.open()
    assert storage.log().aborted_transactions(0, 100) == before


def test_an_offset_that_no_index_could_hold_ends_the_log(storage, filled, kit):
    """The CRC does not cover the base offset."""
    path = filled.segments[-1].path(".log")
    end_offset = filled.segments[-1].base_offset
    storage.manager.close(clean=False)
    with open(path, "r+b") as file:
        file.write(b"\x40")
    storage.open()
    assert storage.log().log_end_offset == end_offset


def test_a_bad_length_where_everything_was_synced_is_corrupt_for_who_reads_it(storage, filled, kit):
    """Segments below the recovery point are trusted, as in Kafka, until somebody reads them."""
    filled.flush()
    storage.manager.checkpoint()
    path = filled.segments[0].path(".log")
    storage.manager.close(clean=False)
    with open(path, "r+b") as file:
        file.seek(8)
        file.write(bytes(4))
    storage.open()
    assert not storage.manager.offline
    log = storage.log()
    assert log.log_end_offset == 24
    with pytest.raises(ApiError) as error:
        log.read(1, 300, upper_bound=24, min_one_message=True)
    assert error.value.code is ErrorCode.CORRUPT_MESSAGE
    assert log.read(23, 300, upper_bound=24, min_one_message=True).size


@pytest.mark.parametrize("jump_ms", [-(10**11), 10**11])
def test_a_clock_that_jumps_changes_no_log(storage, filled, kit, jump_ms):
    before = kit.values(filled)
    storage.manager.close(clean=False)
    storage.open(now_ms=kit.NOW_MS + jump_ms)
    log = storage.log()
    assert kit.values(log) == before
    kit.append(log, kit.batch(), now_ms=kit.NOW_MS + jump_ms)
    assert log.log_end_offset == 25
