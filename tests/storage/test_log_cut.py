"""DeleteRecords and truncation."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode


@pytest.fixture
def filled(storage, kit):
    """Twelve batches of two records; offset 8 begins epoch 1, a producer wrote every batch."""
    log = storage.log()
    for i in range(12):
        batch = kit.batch(
            2, timestamp=kit.NOW_MS + i, producer_id=7, producer_epoch=0, base_sequence=2 * i
        )
        kit.append(log, batch, epoch=int(i >= 4))
    return log


def test_log_start_moves_up_only(filled, kit):
    assert filled.delete_records_before(5) == 5
    assert filled.delete_records_before(3) == 5
    assert filled.delete_records_before(24) == 24
    assert filled.log_end_offset == 24


@pytest.mark.parametrize("offset", [25, -2])
def test_log_start_cannot_leave_the_log(filled, offset):
    with pytest.raises(ApiError) as caught:
        filled.delete_records_before(offset)
    assert caught.value.code is ErrorCode.OFFSET_OUT_OF_RANGE


def test_log_start_moves_the_first_epoch(filled):
    filled.delete_records_before(5)
    assert filled.epochs.entries() == [(0, 5), (1, 8)]
    filled.delete_records_before(9)
    assert filled.epochs.entries() == [(1, 9)]


@pytest.mark.parametrize("offset", range(26))
def test_truncated_log_ends_at_a_batch_and_goes_on(storage, filled, kit, offset):
    filled.truncate_to(offset, kit.NOW_MS)
    end = min(offset - offset % 2, 24)
    assert filled.log_end_offset == end
    assert [o for o, _ in kit.values(filled)] == list(range(end))
    assert filled.epochs.entries() == [e for e in [(0, 0), (1, 8)] if e[1] < end or end == 24]
    newest = filled.max_timestamp_offset()
    assert newest is None if end == 0 else newest[1] == kit.NOW_MS + end // 2
    batch = kit.batch(2, producer_id=7, producer_epoch=0, base_sequence=end)
    assert kit.append(filled, batch, epoch=2) == end
    before = kit.values(filled)
    assert kit.values(storage.restart()) == before
    assert kit.values(storage.crash()) == before
    assert storage.manager.report.repairs == []


def test_truncated_producer_may_send_again(filled, kit):
    filled.truncate_to(10, kit.NOW_MS)
    assert filled.producers.producers[7].last_sequence == 9
    duplicate = kit.batch(2, producer_id=7, producer_epoch=0, base_sequence=8)
    assert kit.append(filled, duplicate) == 8
    assert filled.log_end_offset == 10


def test_aborted_transactions_behind_the_cut_are_forgotten(storage, kit):
    log = storage.log()
    for producer_id in (1, 2):
        fields = {"attributes": 16, "producer_epoch": 0, "base_sequence": 0}
        kit.append(log, kit.batch(producer_id=producer_id, **fields))
        kit.append(log, kit.marker(producer_id=producer_id, commit=False))
    log.truncate_to(3, kit.NOW_MS)
    assert log.aborted_transactions(0, 9) == [(1, 0, 1, 2)]
    assert log.last_stable_offset(3) == 2
    kit.append(log, kit.marker(producer_id=2, commit=False))
    assert log.aborted_transactions(0, 9) == [(1, 0, 1, 2), (2, 2, 3, 4)]


def test_log_can_start_over_at_any_offset(storage, filled, kit):
    filled.truncate_fully_and_start_at(1000, kit.NOW_MS)
    assert (filled.log_start_offset, filled.log_end_offset) == (1000, 1000)
    assert kit.append(filled, kit.batch(3)) == 1000
    log = storage.restart()
    assert (log.log_start_offset, log.log_end_offset) == (1000, 1003)
    assert [offset for offset, _ in kit.values(log)] == [1000, 1001, 1002]


def test_never_written_log_can_start_anywhere(log, kit):
    log.truncate_fully_and_start_at(50, kit.NOW_MS)
    assert kit.append(log, kit.batch()) == 50
    assert log.log_start_offset == 50
