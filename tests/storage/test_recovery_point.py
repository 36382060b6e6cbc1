"""A crash with a recovery point inside the active segment: what is below it is not scanned, and
whatever is wrong there or behind, the log is what a scan of the whole segment makes of it."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wirekafka_protocol.records.batch import HEADER_BYTES
from wirekafka_storage import offset_index, time_index

SYNCED = 30


@pytest.fixture
def stopped(storage, kit):
    """A log in one segment that was stopped cleanly, started again and written to: its folder."""
    storage.config = replace(storage.config, segment_bytes=1 << 20)
    log = storage.log()
    for number in range(SYNCED):
        write(log, kit, number)
    kit.append(log, kit.marker(producer_id=9, commit=False), epoch=SYNCED // 12)
    log = storage.restart()
    for number in range(SYNCED, SYNCED + 12):
        write(log, kit, number)
    storage.manager.close(clean=False)
    return storage.folder()


def write(log, kit, number):
    """A batch of nobody, of an idempotent producer, or of a transaction."""
    fields = {}
    if number % 10 == 2:
        fields = {"producer_id": 9, "attributes": 16}
    elif number % 3 == 1:
        fields = {"producer_id": 7}
    if fields:
        known = log.producers.producers.get(fields["producer_id"]) if log.producers else None
        fields["base_sequence"] = known.last_sequence + 1 if known else 0
        fields["producer_epoch"] = 0
    time = kit.NOW_MS + 10 * number - 45 * (number % 5)
    kit.append(log, kit.batch(1, timestamp=time, **fields), epoch=number // 12)


def state_of(log, kit):
    """Everything that a start finds out. Of a producer a snapshot has the last batch only, and one
    timestamp, of that batch or of the marker behind it."""
    producers = {
        producer_id: (
            entry.producer_epoch,
            entry.batches[-1][:4],
            entry.last_timestamp,
            entry.transaction_first_offset,
        )
        for producer_id, entry in log.producers.producers.items()
    }
    return (
        [batch for _, batch in kit.read_all(log)],
        log.log_end_offset,
        producers,
        log.producers.open_transactions,
        log.epochs.entries(),
        [log.fetch_offset_by_timestamp(kit.NOW_MS + past) for past in range(-50, 500, 7)],
        log.max_timestamp_offset(),
        log.aborted_transactions(0, log.log_end_offset),
        log.segments[-1].first_timestamp,
        log.segments[-1].bytes_since_index,
        log.segments[-1].offset_index(log.open_files).encode(),
    )


def start(storage, kit):
    """The log's state and the bytes that were scanned."""
    storage.open()
    state = state_of(storage.log(), kit)
    storage.manager.close(clean=False)
    return state, storage.manager.report.scanned_bytes


def start_without_recovery_point(storage, kit):
    (storage.path / "recovery-point-offset-checkpoint").unlink()
    state, scanned = start(storage, kit)
    size = (storage.folder() / "00000000000000000000.log").stat().st_size
    assert scanned == size
    return state


def test_only_what_is_above_the_recovery_point_is_scanned(storage, stopped, kit):
    size = (stopped / "00000000000000000000.log").stat().st_size
    state, scanned = start(storage, kit)
    assert 12 / 43 * size <= scanned < 20 / 43 * size
    assert storage.manager.report.repairs == []
    assert state == start_without_recovery_point(storage, kit)


def test_a_second_crash_finds_the_same(storage, stopped, kit):
    assert start(storage, kit) == start(storage, kit)


def test_the_log_goes_on_behind_it(storage, stopped, kit):
    storage.open()
    log = storage.log()
    end = log.log_end_offset
    for number in range(SYNCED + 12, SYNCED + 40):
        write(log, kit, number)
    assert log.log_end_offset == end + 28
    storage.manager.close(clean=False)
    assert start(storage, kit)[0] == start_without_recovery_point(storage, kit)


INDEX = "00000000000000000000.index"
TIME_INDEX = "00000000000000000000.timeindex"
TRANSACTION_INDEX = "00000000000000000000.txnindex"
SNAPSHOT = "00000000000000000031.snapshot"


def set_middle_byte(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + b"\xee" + content[middle + 1 :]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (INDEX, None),
        (INDEX, lambda _: b""),
        (INDEX, lambda content: bytes(len(content))),
        (INDEX, lambda content: content + bytes(800)),
        (INDEX, lambda content: content[: len(content) // 2 + 3]),
        (INDEX, lambda content: bytes(8) + content),
        (TIME_INDEX, None),
        (TIME_INDEX, lambda _: b""),
        (TIME_INDEX, lambda content: content[:12] + bytes(len(content))),
        (TRANSACTION_INDEX, lambda content: content[:-1]),
        (TRANSACTION_INDEX, lambda content: content + b"\xff" * 34),
        (SNAPSHOT, None),
        (SNAPSHOT, lambda content: content[:-1]),
        (SNAPSHOT, set_middle_byte),
        ("leader-epoch-checkpoint", None),
        ("leader-epoch-checkpoint", lambda _: b"0\n1\n0 0\n"),
        ("leader-epoch-checkpoint", lambda _: b"0\n0\n"),
    ],
)
def test_damage_of_what_is_not_the_log_loses_nothing(storage, stopped, kit, name, damage):
    before = start(storage, kit)[0]
    path = stopped / name
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage(path.read_bytes()))
    assert start(storage, kit)[0] == before
    assert storage.manager.offline == {}


@pytest.mark.parametrize("batches", [1, 2, 15, 29, 30])
@pytest.mark.parametrize("more", [0, 1, HEADER_BYTES, HEADER_BYTES + 5])
def test_a_log_that_is_shorter_than_the_recovery_point_is_scanned_whole(
    storage, stopped, kit, batches, more
):
    """Then the snapshot of the producers knows too much, and is not used."""
    path = stopped / "00000000000000000000.log"
    path.write_bytes(path.read_bytes()[: batches * len(kit.batch(1)) + more])
    state, scanned = start(storage, kit)
    assert scanned == batches * len(kit.batch(1))
    assert state[1] == batches
    assert state == start_without_recovery_point(storage, kit)


def test_a_torn_or_damaged_end_is_cut_as_without_a_recovery_point(storage, stopped, kit):
    """At any byte, and every byte, from the last trusted batch on."""
    _, scanned = start(storage, kit)
    kept = storage.path.with_name("kept")
    shutil.copytree(storage.path, kept)
    content = (kept / "t-0" / "00000000000000000000.log").read_bytes()
    differences = []

    def compare(changed: bytes) -> None:
        states = []
        for way in (start, start_without_recovery_point):
            shutil.rmtree(storage.path)
            shutil.copytree(kept, storage.path)
            (stopped / "00000000000000000000.log").write_bytes(changed)
            found = way(storage, kit)
            states.append(found[0] if way is start else found)
        if states[0] != states[1]:
            differences.append(states)

    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(at=st.integers(len(content) - scanned, len(content) - 1), cut=st.booleans())
    def each(at: int, cut: bool) -> None:
        if cut:
            compare(content[:at])
        else:
            compare(content[:at] + bytes([content[at] ^ 0x41]) + content[at + 1 :])

    each()
    assert differences == []


def test_the_entries_below_an_offset_end_where_they_do_not_ascend():
    index = offset_index.OffsetIndex()
    for place in range(1, 6):
        index.append(10 * place, 100 * place)
    whole = index.encode()

    def offsets(content, below=99):
        found = offset_index.decode_below(content, relative_offset=below)
        assert list(found.positions) == [10 * offset for offset in found.relative_offsets]
        return list(found.relative_offsets)

    assert offsets(whole) == [10, 20, 30, 40, 50]
    assert offsets(whole, below=30) == [10, 20]
    assert offsets(whole, below=31) == [10, 20, 30]
    assert offsets(whole[:-3]) == [10, 20, 30, 40]
    assert offsets(whole[:24] + bytes(16)) == [10, 20, 30]
    assert offsets(whole[:24] + whole) == [10, 20, 30]
    assert offsets(bytes(16) + whole) == offsets(b"") == offsets(b"\xff" * 80) == []


def test_the_times_below_an_offset_end_where_they_do_not_ascend():
    index = time_index.TimeIndex()
    for place in range(1, 6):
        index.append(1000 * place, place // 2)
    whole = index.encode()

    def times(content, below=99):
        return list(time_index.decode_below(content, relative_offset=below).timestamps)

    assert times(whole) == [1000, 2000, 3000, 4000, 5000]
    assert times(whole, below=2) == [1000, 2000, 3000]
    assert times(whole[:-1]) == times(whole[:48]) == times(whole[:48] + whole[:24])
    assert times(whole[:24] + bytes(24)) == [1000, 2000]
    assert times(b"\xff" * 36) == times(b"") == []
