"""Which segments go, when their files are renamed, and when they may be unlinked."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

HOUR_MS = 3_600_000


@pytest.fixture
def filled(make_log, kit):
    """Five segments of one batch each, one hour apart, the first at hour 0."""
    log = make_log(segment_bytes=len(kit.batch()), retention_ms=-1)
    for hour in range(5):
        kit.append(log, kit.batch(timestamp=hour * HOUR_MS))
    return log


def apply(log, now_ms=10 * HOUR_MS, **config):
    high_watermark = config.pop("high_watermark", None)
    log.update_config(replace(log.config, **config))
    removed = log.apply_retention(now_ms, high_watermark=high_watermark)
    return [(segment.base_offset, segment.reason) for segment in removed]


def test_nothing_goes_without_limits(filled):
    assert apply(filled) == []


def test_segments_older_than_retention_ms_go(filled):
    assert apply(filled, retention_ms=8 * HOUR_MS) == [(0, "time"), (1, "time")]
    assert filled.log_start_offset == 2


def test_expired_active_segment_is_rolled_first(filled):
    assert len(apply(filled, retention_ms=HOUR_MS)) == 5
    assert (filled.log_start_offset, filled.log_end_offset) == (5, 5)
    assert [segment.base_offset for segment in filled.segments] == [5]
    assert apply(filled) == []


def test_segments_beyond_retention_bytes_go(filled, kit):
    size = len(kit.batch())
    assert apply(filled, retention_bytes=2 * size + 1) == [(0, "size"), (1, "size")]
    assert filled.log_start_offset == 2


def test_segments_below_the_log_start_go(filled):
    filled.delete_records_before(2)
    assert apply(filled) == [(0, "start"), (1, "start")]


def test_compacted_topic_keeps_its_age_but_not_what_was_deleted(filled):
    filled.delete_records_before(1)
    compact = frozenset({"compact"})
    assert apply(filled, retention_ms=1, cleanup_policy=compact) == [(0, "start")]
    both = frozenset({"compact", "delete"})
    assert len(apply(filled, retention_ms=HOUR_MS, cleanup_policy=both)) == 4


def test_segments_above_the_high_watermark_stay(filled):
    assert apply(filled, retention_ms=HOUR_MS, high_watermark=2) == [(0, "time"), (1, "time")]


def test_what_would_go_can_be_asked(filled):
    filled.update_config(replace(filled.config, retention_ms=8 * HOUR_MS))
    assert [s.base_offset for s in filled.deletable_segments(10 * HOUR_MS)] == [0, 1]
    assert filled.log_start_offset == 0


def test_files_are_renamed_and_named_for_unlinking_after_the_delay(filled):
    apply(filled, retention_ms=8 * HOUR_MS, file_delete_delay_ms=1000)
    names = {path.name for path in filled.directory.iterdir()}
    assert "00000000000000000001.log.deleted" in names
    assert "00000000000000000001.snapshot.deleted" in names
    assert "00000000000000000001.log" not in names
    assert filled.take_due_files(10 * HOUR_MS + 999) == []
    due = filled.take_due_files(10 * HOUR_MS + 1000)
    assert len(due) == 5  # two segments: .log and .timeindex, and the snapshot between them
    assert filled.take_due_files(10 * HOUR_MS + 1000) == []


def test_segment_without_timestamps_is_as_old_as_its_file(make_log, kit):
    log = make_log(segment_bytes=len(kit.batch(timestamp=-1)), retention_ms=HOUR_MS)
    for _ in range(2):
        kit.append(log, kit.batch(timestamp=-1), now_ms=HOUR_MS)
    for segment in log.segments:
        os.utime(segment.path(".log"), (5 * 3600, 5 * 3600))
    assert log.apply_retention(6 * HOUR_MS) == []
    assert len(log.apply_retention(6 * HOUR_MS + 1)) == 2


def test_epochs_begin_at_the_new_log_start(make_log, kit):
    log = make_log(segment_bytes=len(kit.batch()), retention_ms=1)
    for epoch in range(4):
        kit.append(log, kit.batch(timestamp=epoch), epoch=epoch)
    log.apply_retention(4)
    assert log.log_start_offset == 3
    assert log.epochs.entries() == [(3, 3)]
    assert (log.directory / "leader-epoch-checkpoint").read_text() == "0\n1\n3 3\n"
