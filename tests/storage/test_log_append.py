"""Staging and writing: offsets, what is patched, when a segment rolls, what a failure leaves."""

from __future__ import annotations

import errno
import os
from dataclasses import replace

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import is_intact, read_header
from wirekafka_storage.errors import StorageError


def stage(log, batch, now_ms=0, epoch=0):
    return log.stage(batch, read_header(batch), leader_epoch=epoch, now_ms=now_ms)


def test_batches_get_consecutive_offsets_and_the_leader_epoch(log, kit):
    assert [kit.append(log, kit.batch(3), epoch=4) for _ in range(3)] == [0, 3, 6]
    assert log.log_end_offset == 9
    headers = [header for header, _ in kit.read_all(log)]
    assert [header.base_offset for header in headers] == [0, 3, 6]
    assert {header.partition_leader_epoch for header in headers} == {4}
    assert all(is_intact(batch) for _, batch in kit.read_all(log))


def test_a_staged_batch_is_invisible_until_it_is_written(log, kit):
    assert stage(log, kit.batch(2)) == (0, -1, False)
    assert stage(log, kit.batch(1)) == (2, -1, False)
    assert (log.log_end_offset, log.has_staged) == (0, True)
    log.write_staged()
    assert (log.log_end_offset, log.has_staged) == (3, False)
    assert len(kit.values(log)) == 3


def test_a_log_that_was_never_written_has_no_folder(storage, log):
    log.write_staged()
    assert not storage.folder().exists()
    assert log.read(0, 100, upper_bound=0, min_one_message=True).size == 0
    assert log.fetch_offset_by_timestamp(0) is None
    assert log.max_timestamp_offset() is None


def test_first_write_makes_folder_and_files(storage, log, kit):
    """Without index files: those come with their first entry, or when the log is synced."""
    log.assign_epoch(3, 0)
    kit.append(log, kit.batch(), epoch=3)
    names = ["00000000000000000000.log", "leader-epoch-checkpoint", "partition.metadata"]
    assert sorted(path.name for path in storage.folder().iterdir()) == names
    log.flush()
    assert {path.suffix for path in storage.folder().iterdir()} >= {".index", ".timeindex"}
    metadata = (storage.folder() / "partition.metadata").read_text()
    assert metadata == "version: 0\ntopic_id: AAECAwQFBgcICQoLDA0ODw"
    assert (storage.folder() / "leader-epoch-checkpoint").read_text() == "0\n1\n3 0\n"


def test_full_segment_rolls_before_the_batch_that_would_overflow_it(make_log, kit):
    size = len(kit.batch())
    log = make_log(segment_bytes=3 * size)
    for _ in range(7):
        kit.append(log, kit.batch())
    assert [segment.base_offset for segment in log.segments] == [0, 3, 6]
    assert [segment.size for segment in log.segments] == [3 * size, 3 * size, size]


def test_one_write_may_roll_several_segments(make_log, kit):
    log = make_log(segment_bytes=2 * len(kit.batch()))
    for _ in range(7):
        stage(log, kit.batch())
    log.write_staged()
    assert [segment.base_offset for segment in log.segments] == [0, 2, 4, 6]
    assert [offset for offset, _ in kit.values(log)] == list(range(7))


@pytest.mark.parametrize(
    ("first", "second", "rolled"),
    [(1000, 2000, False), (1000, 2001, True), (-1, 5000, False), (1000, -1, False)],
)
def test_age_of_a_segment_is_measured_in_timestamps_of_batches(
    make_log, kit, first, second, rolled
):
    log = make_log(segment_ms=1000)
    kit.append(log, kit.batch(timestamp=first), now_ms=7000)
    kit.append(log, kit.batch(timestamp=second), now_ms=7500)
    assert len(log.segments) == (2 if rolled else 1)


def test_segment_without_timestamps_rolls_by_the_clock(make_log, kit):
    log = make_log(segment_ms=1000)
    kit.append(log, kit.batch(timestamp=-1), now_ms=7000)
    kit.append(log, kit.batch(timestamp=-1), now_ms=8001)
    assert len(log.segments) == 2


def test_jitter_rolls_earlier_but_never_later(make_log, kit):
    log = make_log(segment_ms=1000, segment_jitter_ms=900)
    kit.append(log, kit.batch(timestamp=0))
    kit.append(log, kit.batch(timestamp=50))
    assert len(log.segments) == 1
    kit.append(log, kit.batch(timestamp=1001))
    assert len(log.segments) == 2


def test_full_index_rolls(make_log, kit):
    log = make_log(segment_index_bytes=12 * 4, index_interval_bytes=0)
    for i in range(20):
        kit.append(log, kit.batch(timestamp=i))
    assert len(log.segments) > 1
    for segment in log.segments:
        assert os.path.getsize(segment.path(".timeindex")) <= 12 * 4
        assert os.path.getsize(segment.path(".index")) <= 12 * 4


def test_offsets_further_than_an_index_entry_can_say_roll(make_log, kit):
    log = make_log()
    kit.append(log, kit.batch(1))
    kit.append(log, kit.batch(1, last_offset=2**31 - 3))
    assert len(log.segments) == 1
    kit.append(log, kit.batch(3))
    assert [segment.base_offset for segment in log.segments] == [0, 2**31 - 1]


def test_batch_larger_than_a_segment_is_refused(make_log, kit):
    log = make_log(segment_bytes=100)
    with pytest.raises(ApiError) as caught:
        stage(log, kit.batch(value_bytes=200))
    assert caught.value.code is ErrorCode.RECORD_LIST_TOO_LARGE
    assert not log.has_staged


def test_forced_roll_leaves_an_empty_segment_alone(make_log, kit):
    log = make_log()
    log.roll(0)
    assert log.segments == []
    kit.append(log, kit.batch(2))
    log.roll(0)
    log.roll(0)
    assert [segment.base_offset for segment in log.segments] == [0, 2]
    assert kit.append(log, kit.batch()) == 2


def test_log_append_time_is_stamped_with_a_new_crc(make_log, kit):
    log = make_log(message_timestamp_type="LogAppendTime")
    batch = kit.batch(2, timestamp=5)
    assert stage(log, batch, now_ms=9000) == (0, 9000, False)
    log.write_staged()
    [(header, content)] = kit.read_all(log)
    assert is_intact(content)
    assert (header.max_timestamp, header.base_timestamp, header.timestamp_type) == (9000, 5, 1)
    assert log.max_timestamp_offset() == (0, 9000, 0)


def test_changed_config_counts_for_the_next_batch(make_log, kit):
    log = make_log()
    kit.append(log, kit.batch())
    log.update_config(replace(log.config, segment_bytes=len(kit.batch())))
    kit.append(log, kit.batch())
    assert len(log.segments) == 2


def test_duplicate_is_answered_with_the_first_offset_and_time(log, kit):
    def batch(sequence):
        return kit.batch(2, timestamp=77, producer_id=5, producer_epoch=0, base_sequence=sequence)

    assert kit.append(log, batch(0)) == 0
    stage(log, batch(2))
    assert stage(log, batch(2)) == (2, 78, True)
    assert stage(log, batch(0)) == (0, 78, True)
    log.write_staged()
    assert log.log_end_offset == 4


def test_refused_batch_leaves_no_trace(log, kit):
    kit.append(log, kit.batch(producer_id=5, producer_epoch=1, base_sequence=0))
    for epoch, sequence, code in [(1, 5, 45), (0, 1, 47), (2, 1, 45)]:
        batch = kit.batch(producer_id=5, producer_epoch=epoch, base_sequence=sequence)
        with pytest.raises(ApiError) as caught:
            stage(log, batch)
        assert caught.value.code == code
    assert not log.has_staged
    assert kit.append(log, kit.batch(producer_id=5, producer_epoch=1, base_sequence=1)) == 1


def test_producers_state_at_a_roll_does_not_know_what_is_staged_behind_it(storage, kit):
    log = storage.log()
    log.update_config(replace(log.config, segment_bytes=2 * len(kit.batch())))
    for sequence in range(5):
        stage(log, kit.batch(producer_id=5, producer_epoch=0, base_sequence=sequence))
    log.write_staged()
    log.truncate_to(2, kit.NOW_MS)
    assert log.producers.producers[5].last_sequence == 1


def test_short_writes_are_finished(log, disk, kit):
    disk.most_per_write = 7
    for _ in range(3):
        stage(log, kit.batch(2))
    log.write_staged()
    assert len(kit.values(log)) == 6


def test_more_slices_than_one_writev_takes(make_log, kit):
    log = make_log()
    for _ in range(2500):
        stage(log, kit.batch())
    log.write_staged()
    assert log.log_end_offset == 2500
    assert [h.base_offset for h, _ in kit.read_all(log)] == list(range(2500))


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_full_or_broken_disk_raises_and_loses_nothing_that_was_there(storage, disk, kit, error):
    log = storage.log()
    kit.append(log, kit.batch(2))
    disk.error = error
    disk.bytes_left = 30
    stage(log, kit.batch(2))
    with pytest.raises(StorageError) as caught:
        log.write_staged()
    assert caught.value.cause.errno == error
    assert str(storage.folder()) in str(caught.value)
    assert log.log_end_offset == 2
    disk.bytes_left = None
    log = storage.crash()
    assert log.log_end_offset == 2
    assert kit.append(log, kit.batch(1)) == 2


def test_log_is_not_written_again_after_a_failure(storage, disk, kit):
    """What the disk took is unknown; a second write behind it would be cut off by recovery."""
    log = storage.log()
    kit.append(log, kit.batch(2))
    disk.bytes_left = 30
    stage(log, kit.batch(2))
    for _ in range(2):
        with pytest.raises(StorageError):
            log.write_staged()
        disk.bytes_left = None
    with pytest.raises(StorageError):
        kit.append(log, kit.batch(2))
    assert os.path.getsize(log.segments[-1].path(".log")) == len(kit.batch(2)) + 30


@pytest.mark.parametrize("call", ["open", "writev"])
def test_first_write_to_a_broken_disk_raises(log, disk, kit, call):
    disk.failing.add(call)
    stage(log, kit.batch())
    with pytest.raises(StorageError):
        log.write_staged()


def test_flush_messages_syncs_before_the_write_returns(make_log, disk, kit):
    log = make_log(flush_messages=3)
    kit.append(log, kit.batch(2))
    assert disk.synced == []
    kit.append(log, kit.batch(1))
    assert disk.synced
    assert log.recovery_point == 3


def test_disk_that_refuses_to_sync_is_a_storage_error(make_log, disk, kit):
    log = make_log(flush_messages=1)
    disk.failing.add("fsync")
    with pytest.raises(StorageError):
        kit.append(log, kit.batch(2))


def test_sealed_segments_are_offered_for_syncing(make_log, disk, kit):
    log = make_log(segment_bytes=len(kit.batch()))
    kit.append(log, kit.batch())
    assert log.pending_flush() is None
    kit.append(log, kit.batch())
    flush = log.pending_flush()
    assert flush.end_offset == 1
    assert log.recovery_point == 0
    flush.run()
    log.flushed(flush)
    assert (log.recovery_point, log.pending_flush()) == (1, None)
    # The log, two indexes, the producers' state behind it, and once the partition's metadata.
    assert len(disk.synced) == 5


def test_pending_flush_leaves_it_to_run_to_find_a_bad_disk(make_log, disk, kit):
    """It is asked for where no disk error is expected, and carried out where one is."""
    log = make_log(segment_bytes=len(kit.batch()))
    kit.append(log, kit.batch())
    kit.append(log, kit.batch())
    disk.failing.add("open")
    flush = log.pending_flush()
    with pytest.raises(OSError, match="No space left"):
        flush.run()


def test_what_seals_a_segment_is_synced_too(make_log, disk, kit):
    """With flush.messages its records were synced before, but an index that a loss of power has
    torn below the recovery point would be trusted."""
    log = make_log(segment_bytes=len(kit.batch()), flush_messages=1)
    kit.append(log, kit.batch())
    assert log.recovery_point == 1
    disk.done.clear()
    kit.append(log, kit.batch())
    assert log.recovery_point == 2
    synced = [name for kind, name in disk.done if kind == "fsync"]
    assert f"{0:020d}.timeindex" in synced
    assert f"{1:020d}.snapshot" in synced


def test_sealing_a_segment_lowers_the_recovery_point(make_log, kit):
    log = make_log(flush_messages=1)
    kit.append(log, kit.batch())
    log.roll(kit.NOW_MS)
    assert log.recovery_point == 0
    assert log.pending_flush().end_offset == 1
