"""Transactions in a log: batches of a coordinator, markers, the stable offset, who was aborted."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import TRANSACTIONAL_BIT, read_header
from wirekafka_storage.transaction_index import AbortedTransaction


def stage(log, batch, *, is_client=False, version=0):
    return log.stage(
        batch,
        read_header(batch),
        leader_epoch=0,
        now_ms=0,
        is_client=is_client,
        transaction_version=version,
    )


def offsets(kit, *, producer_id=1, epoch=0, sequence=0):
    """A batch as the group coordinator writes it."""
    return kit.batch(
        attributes=TRANSACTIONAL_BIT,
        producer_id=producer_id,
        producer_epoch=epoch,
        base_sequence=sequence,
    )


def code_of(call, *arguments, **options):
    with pytest.raises(ApiError) as caught:
        call(*arguments, **options)
    return caught.value.code


def test_coordinator_begins_every_batch_at_sequence_0(log, kit):
    assert [stage(log, offsets(kit)) for _ in range(3)] == [(n, -1, False) for n in range(3)]
    assert stage(log, offsets(kit), is_client=True).is_duplicate
    log.write_staged()
    assert log.log_end_offset == 3


def test_coordinator_batch_of_an_old_epoch_changes_nothing(log, kit):
    stage(log, offsets(kit, epoch=2))
    assert code_of(stage, log, offsets(kit, epoch=1)) is ErrorCode.INVALID_PRODUCER_EPOCH
    assert stage(log, offsets(kit, epoch=3)).base_offset == 1
    assert log.active_producers()[0].producer_epoch == 3


def test_late_marker_of_version_2_is_refused_and_changes_nothing(log, kit):
    stage(log, offsets(kit, epoch=2))
    late = kit.marker(producer_id=1, epoch=2)
    assert code_of(stage, log, late, version=2) is ErrorCode.INVALID_PRODUCER_EPOCH
    assert log.last_stable_offset(9) == 0
    assert stage(log, kit.marker(producer_id=1, epoch=3), version=2).base_offset == 1
    # Once more, because the answer was lost.
    assert stage(log, kit.marker(producer_id=1, epoch=3), version=2).base_offset == 2


def test_marker_of_a_coordinator_of_the_past_is_refused(log, kit):
    stage(log, kit.marker(producer_id=1, coordinator_epoch=4))
    old = kit.marker(producer_id=1, coordinator_epoch=3)
    assert code_of(stage, log, old) is ErrorCode.TRANSACTION_COORDINATOR_FENCED


def test_stable_offset_passes_a_marker_when_it_is_written(log, kit):
    kit.append(log, kit.batch(2))
    stage(log, offsets(kit))
    stage(log, offsets(kit, producer_id=2))
    log.write_staged()
    assert log.last_stable_offset(log.log_end_offset) == 2
    stage(log, kit.marker(producer_id=1))
    assert log.last_stable_offset(log.log_end_offset) == 2
    log.write_staged()
    assert log.last_stable_offset(log.log_end_offset) == 3
    stage(log, kit.marker(producer_id=2, commit=False))
    log.write_staged()
    assert log.last_stable_offset(log.log_end_offset) == 6


def test_aborted_transactions_are_listed_and_committed_ones_are_not(storage, log, kit):
    stage(log, offsets(kit))
    stage(log, offsets(kit, producer_id=2))
    stage(log, kit.marker(producer_id=2, commit=False))
    stage(log, kit.marker(producer_id=1))
    stage(log, offsets(kit, epoch=1))
    stage(log, kit.marker(producer_id=1, epoch=2, commit=False))
    log.write_staged()
    expected = [AbortedTransaction(2, 1, 2, 0), AbortedTransaction(1, 4, 5, 6)]
    assert log.aborted_transactions(0, 6) == expected
    assert log.aborted_transactions(3, 6) == expected[1:]
    assert storage.crash().aborted_transactions(0, 6) == expected


def test_marker_without_a_transaction_aborts_nothing(log, kit):
    stage(log, kit.marker(producer_id=1, commit=False))
    log.write_staged()
    assert log.aborted_transactions(0, 9) == []
    assert log.last_stable_offset(1) == 1


def test_stable_offset_is_not_below_the_log_start(log, kit):
    """DeleteRecords may take what an open transaction has written."""
    stage(log, offsets(kit))
    kit.append(log, kit.batch(2))
    assert log.last_stable_offset(log.log_end_offset) == 0
    log.delete_records_before(2)
    assert log.last_stable_offset(log.log_end_offset) == 2
    stage(log, kit.marker(producer_id=1, commit=False))
    log.write_staged()
    assert log.last_stable_offset(log.log_end_offset) == 4


def test_flush_syncs_who_was_aborted_and_the_producers_state(log, disk, kit):
    """Below the recovery point nobody looks for them in the log any more."""
    stage(log, offsets(kit))
    stage(log, kit.marker(producer_id=1, commit=False))
    log.write_staged()
    log.roll(kit.NOW_MS)
    log.pending_flush().run()
    synced = {name for kind, name in disk.done if kind == "fsync"}
    assert {f"{0:020d}.txnindex", f"{2:020d}.snapshot"} <= synced


def test_state_behind_a_removed_segment_is_synced_before_it_goes(log, disk, kit):
    """What is removed may be all that tells of an open transaction, except for the snapshot."""
    stage(log, offsets(kit))
    log.write_staged()
    log.roll(kit.NOW_MS)
    kit.append(log, kit.batch())
    log.delete_records_before(1)
    disk.done.clear()
    assert log.apply_retention(kit.NOW_MS)
    snapshot = disk.done.index(("fsync", f"{1:020d}.snapshot"))
    assert snapshot < disk.done.index(("rename", f"{0:020d}.log"))


def test_open_transaction_whose_segment_is_gone_survives_a_crash(storage, kit):
    """Nothing before the first segment is left to replay: the snapshot at its start counts."""
    log = storage.log()
    stage(log, offsets(kit))
    log.write_staged()
    log.roll(kit.NOW_MS)
    kit.append(log, kit.batch())
    log.delete_records_before(1)
    assert log.apply_retention(kit.NOW_MS)
    before = log.active_producers()
    assert len(before) == 1
    log = storage.crash()
    assert log.active_producers() == before
    assert log.last_stable_offset(2) == 1
