"""Random logs, compacted again and again, against a naive idea of what must be read afterwards.

The idea: a reader of everything sees, of each key, the last record that was not aborted (and maybe
the tombstone that it is), as far as the run went; behind that, everything. The model knows nothing
of batches, segments or horizons.
"""

from __future__ import annotations

import os
import random

import pytest

SEEDS = int(os.environ.get("WIREKAFKA_COMPACTION_SEEDS", "60"))
DAY_MS = 24 * 3600 * 1000
KEYS = [b"k%d" % number for number in range(12)] + [b"long" * 40, b""]


class Model:
    """All that was ever written, with what became of it."""

    def __init__(self):
        self.written = {}  # offset -> row
        self.open = {}  # producer id -> offsets of its open transaction
        self.aborted = set()

    def visible(self, rows):
        return [one for one in rows if one.offset not in self.aborted]


def step(cleaned, model, rng, row):
    """One random thing that happens to the log."""
    kind = rng.random()
    if kind < 0.62:
        pairs = [
            (rng.choice(KEYS), None if rng.random() < 0.15 else rng.randbytes(rng.randrange(80)))
            for _ in range(rng.choice((1, 1, 2, 5, 40)))
        ]
        producer_id = rng.choice((-1, -1, 1, 2, 3))
        transactional = producer_id > 0 and (producer_id in model.open or producer_id > 1)
        base = cleaned.produce(
            *pairs,
            producer_id=producer_id,
            transactional=transactional,
            compression=rng.choice((0, 0, 1, 3)),
        )
        for place, (key, value) in enumerate(pairs):
            offset = base + place
            model.written[offset] = row(offset, key, value, cleaned.now_ms + place)
        if transactional:
            model.open.setdefault(producer_id, []).extend(range(base, base + len(pairs)))
    elif kind < 0.8 and model.open:
        producer_id = rng.choice(list(model.open))
        commit = rng.random() < 0.5
        cleaned.marker(producer_id, commit=commit)
        offsets = model.open.pop(producer_id)
        if not commit:
            model.aborted.update(offsets)
    elif kind < 0.9:
        cleaned.roll()
    else:
        cleaned.now_ms += rng.choice((1, 1000, DAY_MS // 2, DAY_MS))


def check(cleaned, model, end_offset):
    rows = cleaned.rows()
    found = {one.offset: one for one in rows}
    assert len(found) == len(rows)
    assert list(found) == sorted(found)
    for offset, one in found.items():
        assert one == model.written[offset], "a record changed"
    # Behind the end nothing may be missing but what was aborted.
    for offset, one in model.written.items():
        if offset >= end_offset and offset not in model.aborted:
            assert found[offset] == one
    last = {}
    for offset, one in model.written.items():
        if offset < end_offset and offset not in model.aborted:
            last[one.key] = one
    below = [one for one in model.visible(rows) if one.offset < end_offset]
    assert len({one.key for one in below}) == len(below), "a key twice"
    for one in below:
        assert last[one.key] == one
    missing = set(last) - {one.key for one in below}
    assert all(last[key].value is None for key in missing), "a last record is gone"
    committed = {one.offset for one in cleaned.rows(committed=True)}
    assert committed.isdisjoint(model.aborted)
    stable = cleaned.log.last_stable_offset(cleaned.log.log_end_offset)
    assert {one.offset for one in model.visible(rows) if one.offset < stable} <= committed


def producers(cleaned):
    """What compaction keeps of them, as in Kafka: not the time of a record that went, and not the
    coordinator epoch of a marker that went."""
    return [
        one._replace(last_timestamp=0, coordinator_epoch=0)
        for one in cleaned.log.active_producers()
    ]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_cleaning_the_last_record_of_each_key_is_read(cleaned, row, seed):
    rng = random.Random(seed)
    model = Model()
    cleaned.configure(segment_bytes=rng.choice((11_000, 15_000, 40_000)))
    cleaned.map_bytes = rng.choice((1 << 24, 2500))
    end_offset = 0
    for _ in range(rng.randrange(2, 6)):
        for _ in range(rng.randrange(1, 40)):
            step(cleaned, model, rng, row)
        if not cleaned.log.segments:
            continue
        # A start forgets how far the log is clean: nobody wrote the checkpoint.
        end_offset = max(end_offset, cleaned.clean())
        check(cleaned, model, end_offset)
        cleaned.check_indexes()
        state = producers(cleaned)
        again = rng.choice((None, cleaned.restart, cleaned.crash))
        if again is not None:
            again()
            assert producers(cleaned) == state
            check(cleaned, model, end_offset)
            cleaned.check_indexes()
