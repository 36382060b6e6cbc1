"""What stays of a log and what goes: keys, tombstones, markers, producers, horizons."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import read_header
from wirekafka_protocol.records.record import Record, build_batch, read_records
from wirekafka_storage.compaction.run import compact
from wirekafka_storage.compaction.swap import swap_in
from wirekafka_storage.errors import CorruptFile

DAY_MS = 24 * 3600 * 1000


def seal(cleaned):
    """Close what was written off and begin another segment, which is never touched."""
    cleaned.roll()
    cleaned.produce((b"end", b"of the log"))


def left(cleaned):
    return [(one.offset, one.key, one.value) for one in cleaned.rows() if one.key != b"end"]


# -- keys ---------------------------------------------------------------------------------------


def test_the_last_record_of_each_key_stays_with_its_offset(cleaned):
    cleaned.produce((b"a", b"1"), (b"b", b"1"), (b"c", b"1"))
    cleaned.produce((b"b", b"2"), (b"a", b"2"))
    seal(cleaned)
    assert cleaned.clean() == 5
    assert left(cleaned) == [(2, b"c", b"1"), (3, b"b", b"2"), (4, b"a", b"2")]
    assert cleaned.log.log_start_offset == 0


def test_a_batch_keeps_its_first_and_last_offset_sequence_and_epoch(cleaned):
    cleaned.produce((b"a", b"1"), (b"b", b"1"), (b"a", b"2"), (b"c", b"1"), producer_id=7)
    cleaned.produce((b"c", b"2"))
    seal(cleaned)
    cleaned.clean()
    header, batch = cleaned.batches()[0]
    assert (header.base_offset, header.last_offset_delta, header.record_count) == (0, 3, 2)
    assert (header.producer_id, header.base_sequence, header.last_sequence) == (7, 0, 3)
    assert header.partition_leader_epoch == 0
    assert header.max_timestamp == cleaned.now_ms + 2
    assert [(r.offset, r.timestamp) for r in read_records(batch)] == [
        (1, cleaned.now_ms + 1),
        (2, cleaned.now_ms + 2),
    ]


def test_a_batch_of_which_everything_stays_keeps_its_bytes(cleaned):
    cleaned.produce(*[(b"k%d" % i, b"v" * 30) for i in range(70)], compression=3)
    before = cleaned.batches()[0]
    seal(cleaned)
    cleaned.clean()
    assert cleaned.batches()[0] == before


@pytest.mark.parametrize("compression", [0, 1, 2, 3, 4])
def test_the_codec_of_a_batch_stays(cleaned, compression):
    cleaned.produce(*[(b"k%d" % (i % 7), b"v%d" % i) for i in range(60)], compression=compression)
    seal(cleaned)
    cleaned.clean()
    header, _ = cleaned.batches()[0]
    assert header.compression == compression
    assert [offset for offset, _, _ in left(cleaned)] == list(range(53, 60))


def test_records_without_a_key_go(cleaned):
    """They were written before the topic was compacted."""
    cleaned.produce((None, b"1"), (b"a", b"1"), (None, None))
    seal(cleaned)
    cleaned.clean()
    assert left(cleaned) == [(1, b"a", b"1")]
    assert cleaned.last.keyless_records == 2


def test_headers_and_long_fields_survive(cleaned):
    records = [
        Record(0, cleaned.now_ms, b"k" * 200, b"v" * 20_000, [("h", b"1"), ("n", None)]),
        Record(1, cleaned.now_ms + 70_000, b"k" * 200, b"w" * 20_000, [("h", b"2")]),
        Record(2, cleaned.now_ms - 70_000, b"x", b"", [("h", b"3")]),
    ]
    cleaned.configure(segment_bytes=1 << 20)
    cleaned.append(build_batch(records))
    seal(cleaned)
    cleaned.clean()
    assert read_records(cleaned.batches()[0][1]) == records[1:]


def test_the_active_segment_and_an_open_transaction_are_not_touched(cleaned):
    cleaned.produce((b"a", b"1"))
    cleaned.roll()
    cleaned.produce((b"a", b"2"))
    cleaned.produce((b"t", b"1"), producer_id=5, transactional=True)
    cleaned.roll()
    cleaned.produce((b"a", b"3"))
    assert cleaned.clean() == 1
    assert left(cleaned) == [
        (0, b"a", b"1"), (1, b"a", b"2"), (2, b"t", b"1"), (3, b"a", b"3"),
    ]  # fmt: skip


def test_a_small_map_of_keys_takes_the_log_in_parts(cleaned):
    for number in range(40):
        cleaned.produce((b"k%d" % (number % 10), b"%d" % number), (b"u%d" % number, b"v"))
    seal(cleaned)
    cleaned.map_bytes = 170 * 12
    ends = [cleaned.clean()]
    while ends[-1] < 80:
        ends.append(cleaned.clean())
        assert ends[-1] > ends[-2]
    assert len(ends) > 3
    rows = {key: value for _, key, value in left(cleaned)}
    assert len(left(cleaned)) == len(rows) == 50
    assert [rows[b"k%d" % i] for i in range(10)] == [b"%d" % (30 + i) for i in range(10)]


def test_cleaning_again_changes_nothing(cleaned):
    for number in range(60):
        cleaned.produce((b"k%d" % (number % 11), b"%d" % number))
    seal(cleaned)
    cleaned.clean()
    before = cleaned.batches()
    cleaned.manager.directories[str(cleaned.path)].clean_offsets.clear()
    cleaned.clean()
    assert cleaned.batches() == before


# -- tombstones ---------------------------------------------------------------------------------


def test_a_tombstone_lives_for_delete_retention_ms_from_the_first_cleaning(cleaned):
    cleaned.produce((b"a", b"1"), (b"b", b"1"))
    cleaned.produce((b"a", None), (b"x", b"1"))
    seal(cleaned)
    cleaned.now_ms += DAY_MS
    cleaned.clean()
    assert left(cleaned) == [(1, b"b", b"1"), (2, b"a", None), (3, b"x", b"1")]
    header, _ = cleaned.batches()[1]
    assert header.delete_horizon_ms == cleaned.now_ms + DAY_MS
    times = [one.timestamp for one in cleaned.rows()[1:3]]
    assert times == [cleaned.now_ms - DAY_MS, cleaned.now_ms - DAY_MS + 1]

    cleaned.now_ms += DAY_MS - 1
    cleaned.produce((b"d", b"1"))
    seal(cleaned)
    cleaned.clean()
    assert (2, b"a", None) in left(cleaned)
    assert cleaned.batches()[1][0].delete_horizon_ms == cleaned.now_ms + 1

    cleaned.now_ms += 1
    seal(cleaned)
    cleaned.clean()
    assert left(cleaned) == [(1, b"b", b"1"), (3, b"x", b"1"), (5, b"d", b"1")]


def test_a_tombstone_that_is_overwritten_goes_at_once(cleaned):
    cleaned.produce((b"a", None))
    cleaned.produce((b"a", b"2"))
    seal(cleaned)
    cleaned.clean()
    assert left(cleaned) == [(1, b"a", b"2")]


def test_append_time_survives_a_delete_horizon(cleaned):
    cleaned.configure(message_timestamp_type="LogAppendTime")
    cleaned.produce((b"a", None), (b"b", b"1"))
    at = cleaned.now_ms
    seal(cleaned)
    cleaned.now_ms += 5
    cleaned.clean()
    assert [one.timestamp for one in cleaned.rows()[:2]] == [at, at]


# -- transactions -------------------------------------------------------------------------------


def test_records_of_an_aborted_transaction_go_and_its_marker_when_nobody_needs_it(cleaned):
    cleaned.produce((b"a", b"1"))
    cleaned.produce((b"a", b"2"), (b"b", b"2"), producer_id=5, transactional=True)
    cleaned.marker(5, commit=False)
    cleaned.produce((b"z", b"z"), producer_id=5, transactional=True)
    cleaned.marker(5, commit=True)
    seal(cleaned)
    cleaned.clean()
    assert left(cleaned) == [(0, b"a", b"1"), (4, b"z", b"z")]
    assert cleaned.markers() == [(3, 1), (5, 1)]
    assert [t.first_offset for t in cleaned.log.aborted_transactions(0, 99)] == [1]

    seal(cleaned)
    cleaned.clean()  # no batch of the aborted transaction is left: its marker gets a horizon
    horizons = [h.delete_horizon_ms for h, _ in cleaned.batches() if h.is_control]
    assert horizons == [cleaned.now_ms + DAY_MS, None]
    assert cleaned.log.aborted_transactions(0, 99) == []

    cleaned.now_ms += DAY_MS
    seal(cleaned)
    cleaned.clean()
    assert cleaned.markers() == [(5, 1)]


def test_a_commit_marker_stays_as_long_as_a_record_of_its_transaction(cleaned):
    cleaned.produce((b"a", b"1"), producer_id=5, transactional=True)
    cleaned.marker(5, commit=True)
    seal(cleaned)
    for _ in range(3):
        cleaned.clean()
        cleaned.now_ms += 2 * DAY_MS
        seal(cleaned)
    assert cleaned.markers() == [(1, 1)]


def test_the_last_marker_of_a_producer_without_records_stays_empty(cleaned):
    """It is all that tells the epoch, by which zombies are fenced (KAFKA-9472)."""
    cleaned.produce((b"a", b"1"), producer_id=5, transactional=True)
    cleaned.marker(5, commit=False, epoch=1)
    seal(cleaned)
    for _ in range(4):
        cleaned.clean()
        cleaned.now_ms += DAY_MS
        seal(cleaned)
    assert cleaned.markers() == [(1, 0)]


# -- producers ----------------------------------------------------------------------------------


def test_the_last_batch_of_a_producer_stays_empty_and_its_duplicate_is_known(cleaned):
    cleaned.produce((b"a", b"1"), producer_id=7)
    last = build_batch(
        [Record(0, cleaned.now_ms, b"a", b"2")], producer_id=7, producer_epoch=0, base_sequence=1
    )
    cleaned.append(last)
    cleaned.produce((b"a", b"3"))
    seal(cleaned)
    cleaned.clean()
    assert left(cleaned) == [(2, b"a", b"3")]
    header, _ = cleaned.batches()[0]
    assert (header.base_offset, header.record_count, header.base_sequence) == (1, 0, 1)
    assert header.attributes == 0
    for begin_again in (cleaned.restart, cleaned.crash):
        begin_again()
        again = memoryview(bytearray(last))
        answer = cleaned.log.stage(again, read_header(again), leader_epoch=0, now_ms=cleaned.now_ms)
        assert (answer.base_offset, answer.is_duplicate) == (1, True)
    gap = build_batch(
        [Record(0, cleaned.now_ms, b"a", b"9")], producer_id=7, producer_epoch=0, base_sequence=9
    )
    with pytest.raises(ApiError) as refused:
        cleaned.append(gap)
    assert refused.value.code is ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER


def test_sequences_are_known_when_everything_is_read_from_the_log_alone(cleaned):
    cleaned.produce((b"a", b"1"), producer_id=7)
    cleaned.produce((b"a", b"2"), producer_id=7)
    cleaned.produce((b"a", b"3"))
    seal(cleaned)
    cleaned.clean()
    for path in (cleaned.path / "t-0").glob("*.snapshot"):
        path.unlink()
    (cleaned.path / "recovery-point-offset-checkpoint").unlink(missing_ok=True)
    cleaned.crash()
    assert [p.last_sequence for p in cleaned.log.active_producers()] == [1]


def test_the_end_of_what_was_cleaned_stays_as_an_empty_batch(cleaned):
    cleaned.produce((b"a", b"1"))
    cleaned.roll()
    cleaned.produce((b"a", b"2"), (None, b"x"))
    cleaned.roll()
    cleaned.produce((None, b"y"))
    seal(cleaned)
    cleaned.clean()
    first, second, _ = cleaned.batches()
    assert (first[0].base_offset, first[0].record_count) == (1, 1)
    assert (second[0].base_offset, second[0].record_count) == (3, 0)


# -- files --------------------------------------------------------------------------------------


def test_segments_are_joined_up_to_segment_bytes(cleaned):
    for number in range(100):
        cleaned.produce((b"k%d" % (number % 10), b"v" * 100))
    seal(cleaned)
    before = cleaned.names()
    cleaned.clean()  # old sizes decide, so it takes two runs
    seal(cleaned)
    cleaned.clean()
    assert len(before) > 5
    assert cleaned.names() == ["00000000000000000000.log", *cleaned.names()[1:]]
    assert len(cleaned.names()) <= 3
    cleaned.check_indexes()
    cleaned.restart()
    cleaned.check_indexes()
    assert cleaned.manager.report.repairs == []


def test_old_files_go_later_and_their_snapshots_too(cleaned):
    for number in range(100):
        cleaned.produce((b"k%d" % (number % 10), b"v" * 100), producer_id=1)
    seal(cleaned)
    bases = [segment.base_offset for segment in cleaned.log.segments]
    cleaned.clean()
    kept = {segment.base_offset for segment in cleaned.log.segments}
    snapshots = {int(p.name[:20]) for p in (cleaned.path / "t-0").glob("*.snapshot")}
    assert snapshots == kept & set(bases[1:])
    assert len(cleaned.names(".deleted")) == len(bases) - 1
    due = cleaned.log.take_due_files(cleaned.now_ms + cleaned.config.file_delete_delay_ms)
    assert sum(path.endswith(".log.deleted") for path in due) == len(bases) - 1


def test_a_reader_of_an_old_segment_is_not_disturbed(cleaned):
    cleaned.produce((b"a", b"1"))
    cleaned.produce((b"a", b"2"))
    seal(cleaned)
    piece = cleaned.log.read(0, 1000, upper_bound=3, min_one_message=True)
    before = piece.read_bytes()
    cleaned.clean()
    assert piece.read_bytes() == before
    after = cleaned.log.read(0, 1000, upper_bound=3, min_one_message=True)
    assert after.base_offset == 1


@pytest.mark.parametrize("at", [5, 17, 30, 61, 70])
def test_a_damaged_batch_stops_the_run_and_leaves_the_log(cleaned, at):
    cleaned.produce(*[(b"k%d" % i, b"v") for i in range(20)])
    seal(cleaned)
    path = cleaned.path / "t-0" / "00000000000000000000.log"
    content = bytearray(path.read_bytes())
    content[at] ^= 0x55
    if at == 5:
        content[8:12] = (2**30).to_bytes(4, "big")
    path.write_bytes(content)
    with pytest.raises(CorruptFile):
        cleaned.clean()
    assert path.read_bytes() == content
    assert cleaned.log.segments[0].size == len(content)


def test_a_log_that_was_cut_meanwhile_does_not_take_the_result(cleaned):
    for number in range(60):
        cleaned.produce((b"k%d" % (number % 10), b"v" * 100))
    seal(cleaned)
    job = cleaned.job()
    groups = []
    compact(job, cleaned.disk, groups.append, lambda size: None)
    cleaned.log.truncate_to(groups[1].base_offset + 1, cleaned.now_ms)
    before = cleaned.batches()
    assert not swap_in(cleaned.log, groups[1], cleaned.now_ms)
    assert cleaned.batches() == before
    assert swap_in(cleaned.log, groups[0], cleaned.now_ms)
    cleaned.log.truncate_to(0, cleaned.now_ms)
    assert not swap_in(cleaned.log, groups[0], cleaned.now_ms)
    assert cleaned.rows() == []


def test_a_transaction_of_a_producer_that_aborted_one_before_is_not_aborted(cleaned):
    """The aborted one lies in the clean part, so the run does not meet its marker first."""
    cleaned.produce((b"a", b"1"), producer_id=5, transactional=True)
    cleaned.marker(5, commit=False)
    seal(cleaned)
    cleaned.clean()
    cleaned.produce((b"b", b"1"))
    cleaned.produce((b"b", b"2"), producer_id=5, transactional=True)
    cleaned.marker(5, commit=True)
    seal(cleaned)
    cleaned.clean()
    assert [value for _, key, value in left(cleaned) if key == b"b"] == [b"2"]
