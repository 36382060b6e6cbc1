"""Killed at every call that changes the disk, and started again: the log is the old or the new."""

from __future__ import annotations

import random
import shutil

import pytest
from wirekafka_protocol.errors import ApiError
from wirekafka_storage.errors import DirectoryError, StorageError

DAY_MS = 24 * 3600 * 1000


def fill(cleaned, seed):
    rng = random.Random(seed)
    cleaned.configure(segment_bytes=800)
    for number in range(24):
        key = b"k%d" % rng.randrange(6)
        transactional = number % 3 == 0
        cleaned.produce(
            *[(key, rng.randbytes(60)), (b"t", None if number % 7 == 0 else b"v")],
            producer_id=4 if transactional else 1,
            transactional=transactional,
        )
        if transactional:
            cleaned.marker(4, commit=number % 2 == 0)
    cleaned.roll()
    cleaned.produce((b"end", b"of the log"))


def seen(cleaned):
    """What a consumer makes of the log: the last value of each key."""
    table = {}
    for one in cleaned.rows(committed=True):
        table[one.key] = one.value
    return {key: value for key, value in table.items() if value is not None}


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_every_call_the_log_is_whole(make_cleaned, killed, seed):
    whole = make_cleaned()
    fill(whole, seed)
    filled = whole.path.with_name("filled")
    shutil.copytree(whole.path, filled)
    expected, producers = seen(whole), whole.log.active_producers()
    before = whole.rows()
    whole = make_cleaned(filled)
    at_start = whole.disk.calls
    whole.clean()
    calls = whole.disk.calls - at_start
    after = whole.rows()
    assert seen(whole) == expected
    assert len(whole.names(".deleted")) > 3

    for call in range(calls):
        victim = make_cleaned(filled)
        victim.disk.calls_left = call
        with pytest.raises(Exception, match="killed"):
            victim.clean()
        victim.crash()  # nothing was synced: everything is scanned
        rows = victim.rows()
        assert seen(victim) == expected, f"killed at call {call}"
        assert victim.log.active_producers() == producers
        assert {one.offset for one in after} <= {one.offset for one in rows}
        assert {one.offset for one in rows} <= {one.offset for one in before}
        assert not victim.names(".cleaned") + victim.names(".swap") + victim.names(".deleted")
        victim.check_indexes()
        victim.clean()
        assert seen(victim) == expected
        assert [(o.offset, o.value) for o in victim.rows()] == [(o.offset, o.value) for o in after]
        victim.manager.close(clean=False)
        shutil.rmtree(victim.path)


@pytest.mark.parametrize("first", range(0, 60, 7))
def test_killed_again_while_the_start_finishes_a_swap(make_cleaned, killed, first):
    """A start that is killed half way leaves work for the next one, and nothing is lost."""
    probe = make_cleaned()
    fill(probe, 1)
    probe.log.flush()  # what was synced is not scanned again: the swapped indexes must be right
    probe.manager.checkpoint()
    expected = seen(probe)
    aborted = probe.log.aborted_transactions(0, 10**6)
    probe.disk.calls_left = 20 + first
    with pytest.raises(Exception, match="killed"):
        probe.clean()
    probe.manager.close(clean=False)
    for call in range(400):
        probe.disk.calls_left = call
        try:
            probe.open()
        except (OSError, StorageError, DirectoryError, ApiError):
            continue  # killed once more, while it started
        if probe.manager.offline:
            probe.manager.close(clean=False)
            continue
        break
    assert seen(probe) == expected
    kept = set(probe.log.aborted_transactions(0, 10**6))
    assert kept <= set(aborted)
    markers = {offset for offset, _ in probe.markers()}
    assert {one for one in aborted if one.last_offset in markers} == kept
    probe.check_indexes()
