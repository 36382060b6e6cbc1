"""The log against a list: whatever is done to it, both hold the same records."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from wirekafka_protocol.records.batch import read_header


class LogMachine(RuleBasedStateMachine):
    """`records` is the naive model: offset -> (timestamp, value)."""

    kit: Any = None

    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.storage = self.kit.Storage(self.root / "data", self.kit.FaultyDisk())
        self.log = self.storage.log()
        self.records = {}
        self.start = self.end = 0
        self.known_start = 0  # in the checkpoint
        self.clock = self.kit.NOW_MS
        self.sequence = 0

    def teardown(self):
        self.storage.manager.close(clean=False)
        shutil.rmtree(self.root)

    @rule(
        counts=st.lists(st.integers(1, 4), min_size=1, max_size=5),
        value_bytes=st.integers(0, 120),
        step=st.integers(-3, 5),
        idempotent=st.booleans(),
    )
    def append(self, counts, value_bytes, step, idempotent):
        end = self.end
        for count in counts:
            self.clock += step
            fields = {}
            if idempotent:
                fields = {
                    "producer_id": 1, "producer_epoch": 0, "base_sequence": self.sequence
                }  # fmt: skip
                self.sequence += count
            batch = self.kit.batch(count, timestamp=self.clock, value_bytes=value_bytes, **fields)
            appended = self.log.stage(batch, read_header(batch), leader_epoch=0, now_ms=0)
            assert appended.base_offset == end
            for i in range(count):
                self.records[end + i] = (self.clock + i, bytes([i]) * value_bytes)
            end += count
        self.log.write_staged()
        self.end = end

    @rule()
    def roll(self):
        self.log.roll(self.clock)

    @rule()
    def flush(self):
        self.log.flush()
        assert self.log.recovery_point == self.end

    @rule()
    def restart(self):
        self.note_checkpoint()
        self.log = self.storage.restart()

    @rule(checkpoint=st.booleans(), flush=st.booleans())
    def crash(self, checkpoint, flush):
        if flush:
            for log, flush_task in self.storage.manager.pending_flushes():
                flush_task.run()
                log.flushed(flush_task)
        if checkpoint:
            self.note_checkpoint()
            self.storage.manager.checkpoint()
        first = self.first_offset()
        self.log = self.storage.crash()
        # As in Kafka what the checkpoint says counts: a later log start is forgotten, and one that
        # a truncation has undone is there again, even behind the end.
        self.start = max(first, self.known_start)
        if self.end < self.start:
            self.end = self.start
            self.records.clear()

    def first_offset(self):
        return self.log.segments[0].base_offset if self.log.segments else self.known_start

    def note_checkpoint(self):
        above = self.log.segments[0].base_offset if self.log.segments else 0
        self.known_start = self.start if self.log.exists and self.start > above else 0

    @rule(data=st.data())
    def delete_records(self, data):
        self.start = data.draw(st.integers(self.start, self.end))
        self.log.delete_records_before(self.start)

    @precondition(lambda self: self.log.segments)
    @rule(keep=st.integers(0, 3))
    def apply_retention(self, keep):
        ends = [s.base_offset for s in self.log.segments[1:]]
        doomed = [s for s, e in zip(self.log.segments, ends, strict=False) if e <= self.start]
        removed = self.log.apply_retention(self.kit.NOW_MS)
        assert [r.base_offset for r in removed] == [s.base_offset for s in doomed]

    @rule(data=st.data())
    def truncate(self, data):
        wanted = data.draw(st.integers(self.start, self.end))
        self.log.truncate_to(wanted, self.clock)
        self.end = self.log.log_end_offset
        assert self.end <= wanted
        assert wanted - self.end < 4
        self.start = self.log.log_start_offset
        self.records = {o: r for o, r in self.records.items() if o < self.end}
        known = self.log.producers.producers.get(1) if self.log.producers else None
        self.sequence = known.last_sequence + 1 if known else self.sequence

    @invariant()
    def same_bounds(self):
        assert (self.log.log_start_offset, self.log.log_end_offset) == (self.start, self.end)

    @invariant()
    def same_records(self):
        expected = [(o, self.records[o][1]) for o in range(self.start, self.end)]
        assert self.kit.values(self.log) == expected

    @rule(data=st.data(), max_bytes=st.integers(0, 3000), whole=st.booleans())
    def read(self, data, max_bytes, whole):
        offset = data.draw(st.integers(self.start, self.end))
        bound = data.draw(st.integers(offset, self.end))
        piece = self.log.read(offset, max_bytes, upper_bound=bound, min_one_message=whole)
        content = piece.read_bytes()
        assert len(content) == piece.size
        if piece.size:
            header = read_header(content)
            assert header.base_offset <= offset <= header.last_offset < bound
            assert piece.size <= max_bytes or (whole and piece.size == header.size_in_bytes)

    @rule(past=st.integers(-5, 30))
    def look_up_timestamp(self, past):
        wanted = self.clock - past
        ends = [segment.base_offset for segment in self.log.segments[1:]] + [self.end]
        # Kafka looks at the first segment that is young enough, and at no other.
        looked_at = next(
            (
                range(max(segment.base_offset, self.start), end)
                for segment, end in zip(self.log.segments, ends, strict=False)
                if segment.max_timestamp >= wanted
            ),
            range(0),
        )
        expected = next(
            (
                (offset, self.records[offset][0])
                for offset in looked_at
                if self.records[offset][0] >= wanted
            ),
            None,
        )
        found = self.log.fetch_offset_by_timestamp(wanted)
        assert (found and found[:2]) == expected

    @rule()
    def look_up_largest_timestamp(self):
        found = self.log.max_timestamp_offset()
        visible = [(self.records[o][0], -o) for o in range(self.start, self.end)]
        if found is not None and visible and found[1] == max(visible)[0]:
            assert found[0] == -max(visible)[1]


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_log_behaves_like_a_list(kit):
    run_state_machine_as_test(
        type("KitMachine", (LogMachine,), {"kit": kit}),
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
