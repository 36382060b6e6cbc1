"""One replica of a partition: a list of segments, appended at the end.

Appending has two steps. `stage` decides: it checks the producer's sequence, gives the batch its
offset and remembers the slice; it does no I/O. `write_staged` makes it true: one writev, then the
index entries, then `log_end_offset` moves. Where a segment rolls is decided while staging, so that
the producer snapshot taken there does not contain what is staged behind it.

Reading names bytes instead of copying them: a `LogSlice` is a range of a segment's file.

A log that was never written has no folder and no segment. The first write makes both.

Invariants: `segments` ascend and the last one is active; `log_end_offset` is the end of what was
written; after a StorageError only a restart makes the log usable, whatever is in memory.

Source: Kafka's `UnifiedLog` and `LocalLog`.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import (
    LOG_OVERHEAD_BYTES,
    BatchHeader,
    stamp_append_time,
)
from wirekafka_protocol.records.control import EndMarker

from wirekafka_storage import log_cut, log_files, log_lookup, producer_snapshot, retention
from wirekafka_storage.epochs import UNDEFINED, LeaderEpochs
from wirekafka_storage.errors import StorageError, storage_errors
from wirekafka_storage.filenames import partition_folder
from wirekafka_storage.files import OpenFiles
from wirekafka_storage.log_config import LogConfig
from wirekafka_storage.log_files import Flush
from wirekafka_storage.log_lookup import RecordPlace
from wirekafka_storage.log_slice import EMPTY_SLICE, Appended, LogSlice
from wirekafka_storage.producer_batches import (
    apply_batch,
    check_batch,
    check_coordinator_batch,
    read_marker,
)
from wirekafka_storage.producer_state import ActiveProducer, ProducerState
from wirekafka_storage.segment import Segment
from wirekafka_storage.staged import LARGEST_RELATIVE_OFFSET, Staged, too_large
from wirekafka_storage.time_index import ENTRY_BYTES as TIME_ENTRY_BYTES
from wirekafka_storage.transaction_index import AbortedTransaction

__all__ = ["Appended", "Log", "LogSlice"]

_RECENT_WRITES = 64
"""Starts of writes whose positions are remembered, so that readers at the tail need no look-up."""

_PLACE = struct.Struct(">qii")
"""Base offset, length, leader epoch: the first 16 bytes of a batch, outside of its CRC."""
_new_tuple = tuple.__new__


class Log:
    """See the module."""

    __slots__ = (
        "_age_limit_ms",
        "_append_time",
        "_earlier",
        "_epochs_changed",
        "_failure",
        "_flush_at_offset",
        "_older_writes",
        "_recent_writes",
        "_staged",
        "config",
        "deleted_files",
        "epochs",
        "exists",
        "has_staged",
        "log_end_offset",
        "log_start_offset",
        "open_files",
        "parent",
        "partition",
        "producers",
        "recovery_point",
        "segments",
        "topic",
        "topic_id",
    )

    def __init__(
        self,
        topic: str,
        partition: int,
        topic_id: bytes,
        *,
        parent: str,
        config: LogConfig,
        open_files: OpenFiles,
    ) -> None:
        self.topic = topic
        self.partition = partition
        self.topic_id = topic_id
        self.parent = parent
        """The log.dirs entry that the folder of this log is in."""
        self.open_files = open_files
        self.exists = False
        """Whether the folder is on disk."""
        self.segments: list[Segment] = []
        self.producers: ProducerState | None = None
        self.epochs: LeaderEpochs | None = None
        self.log_start_offset = 0
        self.log_end_offset = 0
        self.recovery_point = 0
        """Everything below was synced."""
        self.deleted_files: list[tuple[int, str]] | None = None
        """Renamed files to unlink, with the time from which they may go."""
        self.has_staged = False
        self._staged: Staged | None = None
        self._earlier: list[Staged] | None = None
        """Staged for segments that roll while they are written."""
        self._epochs_changed = False
        self._failure: StorageError | None = None
        self._recent_writes: dict[int, int] | None = None
        self._older_writes: dict[int, int] | None = None
        self.update_config(config)

    def __repr__(self) -> str:
        return f"<Log {self.folder} {self.log_start_offset}..{self.log_end_offset}>"

    @property
    def folder(self) -> str:
        return f"{self.parent}/{partition_folder(self.topic, self.partition)}"

    @property
    def directory(self) -> Path:
        return Path(self.folder)

    @property
    def size(self) -> int:
        """Bytes in all `.log` files."""
        return sum(segment.size for segment in self.segments)

    def update_config(self, config: LogConfig) -> None:
        self.config = config
        self._append_time = config.message_timestamp_type == "LogAppendTime"
        age_limit_ms = config.segment_ms
        if "compact" in config.cleanup_policy and config.max_compaction_lag_ms > 0:
            # The active segment is never compacted, so a record must not stay in it for longer.
            age_limit_ms = min(age_limit_ms, config.max_compaction_lag_ms)
        # A steady number per partition instead of a random one: the aim is only that partitions
        # of one topic do not all roll at the same moment.
        jitter_ms = min(config.segment_jitter_ms, config.segment_ms)
        spread = zlib.crc32(f"{self.topic}-{self.partition}".encode())
        self._age_limit_ms = age_limit_ms - (spread % jitter_ms if jitter_ms else 0)
        self._flush_at_offset = self.recovery_point + config.flush_messages

    # ---- append

    def stage(
        self,
        batch: memoryview,
        header: BatchHeader,
        *,
        leader_epoch: int,
        now_ms: int,
        is_client: bool = True,
        transaction_version: int = 0,
    ) -> Appended:
        """Give one validated batch its place and remember the slice until `write_staged`.

        The caller has checked CRC and shape, lets the buffer be patched and leaves it alone until
        then. A duplicate of a producer is answered with the original and not staged. A coordinator
        (not `is_client`) is asked for no sequence. Raises ApiError; then nothing has changed.
        """
        (_, length, _, _, _, _, last_offset_delta, _, timestamp,
         producer_id, _, _, _) = header  # fmt: skip
        size = length + LOG_OVERHEAD_BYTES
        config = self.config
        if size > config.segment_bytes:
            raise too_large(size, config.segment_bytes)
        marker: EndMarker | None = None
        if producer_id >= 0:
            if self.producers is None:
                self.producers = ProducerState()
            marker = read_marker(header, batch)
            if is_client:
                duplicate = check_batch(self.producers, header, marker)
                if duplicate is not None:
                    return Appended(duplicate.first_offset, duplicate.timestamp, True)
            else:
                check_coordinator_batch(self.producers, header, marker, transaction_version)
        append_time_ms = -1
        if self._append_time:
            append_time_ms = timestamp = now_ms
            stamp_append_time(batch, header, now_ms)
        staged = self._staged or self._begin(now_ms)
        segment = staged.segment
        base_offset = staged.end_offset
        last_offset = base_offset + last_offset_delta
        # What nearly always says no is asked here, the rest is asked of `must_roll`.
        if (
            staged.position + size > config.segment_bytes
            or timestamp - segment.first_timestamp > self._age_limit_ms
            or last_offset - segment.base_offset > LARGEST_RELATIVE_OFFSET
            or (segment.index_entries + 2) * TIME_ENTRY_BYTES > config.segment_index_bytes
        ) and staged.must_roll(
            config,
            self._age_limit_ms,
            size=size,
            last_offset=last_offset,
            timestamp=timestamp,
            now_ms=now_ms,
        ):
            staged = self._plan_roll(staged, now_ms)
        if producer_id >= 0 and self.producers is not None:
            aborted = apply_batch(
                self.producers, header, marker, base_offset=base_offset, timestamp=timestamp
            )
            if aborted is not None:
                staged.aborted.append(aborted)
        epochs = self.epochs
        if leader_epoch >= 0 and (epochs is None or leader_epoch > epochs.latest):
            self._note_epoch(leader_epoch, base_offset)
        _PLACE.pack_into(batch, 0, base_offset, length, leader_epoch)
        staged.add(batch, size, last_offset, timestamp, config.index_interval_bytes)
        self.has_staged = True
        return Appended(base_offset, append_time_ms, False)

    def write_staged(self) -> None:
        """Write everything staged, then move `log_end_offset`.

        Raises StorageError; the log is unusable then, its directory must go offline.
        """
        staged = self._staged
        if staged is None or not self.has_staged:
            return
        segment = staged.segment
        try:
            if segment.held is None:
                self._prepare_write(staged)
            recent = self._recent_writes
            if recent is None or len(recent) >= _RECENT_WRITES:
                self._older_writes = recent
                recent = self._recent_writes = {}
            recent[self.log_end_offset] = segment.size
            staged.write(self.open_files)
            self.log_end_offset = staged.end_offset
            self.has_staged = False
            if self._epochs_changed:
                self._write_epochs()
            if self.log_end_offset >= self._flush_at_offset:
                self.flush()
        except OSError as error:
            # What reached the file is unknown. A second attempt could leave a hole of rubbish in
            # the middle of the log, so `_prepare_write` refuses all of them.
            segment.held = None
            self._failure = StorageError("writing", self.folder, error)
            raise self._failure from error

    def roll(self, now_ms: int) -> None:
        """Seal the active segment, unless it is empty, and go on in a new one."""
        self.write_staged()
        staged = self._staged or self._begin(now_ms)
        if not staged.position:
            return
        staged = self._plan_roll(staged, now_ms)
        try:
            self._prepare_write(staged)
        except OSError as error:
            self._failure = StorageError("rolling", self.folder, error)
            raise self._failure from error

    # ---- read

    def read(
        self, offset: int, max_bytes: int, *, upper_bound: int, min_one_message: bool
    ) -> LogSlice:
        """Bytes from the batch that contains `offset`, of one segment, below `upper_bound`.

        Cut after `max_bytes`, in the middle of a batch if need be. A first batch larger than that
        is given whole with `min_one_message`, and not at all without.
        Raises ApiError OFFSET_OUT_OF_RANGE, StorageError.
        """
        end_offset = self.log_end_offset
        if offset >= upper_bound and self.log_start_offset <= offset <= end_offset:
            return EMPTY_SLICE
        if not self.log_start_offset <= offset <= end_offset:
            raise ApiError(
                ErrorCode.OFFSET_OUT_OF_RANGE,
                f"offset {offset} is not in {self.log_start_offset}..{end_offset} of"
                f" {self.topic}-{self.partition}",
            )
        if offset == end_offset:
            return EMPTY_SLICE
        recent = self._recent_writes
        if upper_bound >= end_offset and recent is not None:
            position = recent.get(offset)
            if position is None and self._older_writes is not None:
                position = self._older_writes.get(offset)
            if position is not None:
                segment = self.segments[-1]
                size = segment.size - position
                file = segment.held
                if size <= max_bytes and file is not None:
                    return _new_tuple(LogSlice, (file.fd, position, size, offset, file))
        try:
            return log_lookup.slice_at(self, offset, max_bytes, upper_bound, min_one_message)
        except OSError as error:
            raise StorageError("reading", self.folder, error) from error

    def fetch_offset_by_timestamp(self, timestamp: int) -> RecordPlace | None:
        """The first record with this timestamp or a later one: (offset, timestamp, epoch)."""
        with storage_errors("reading", self.folder):
            return log_lookup.offset_by_timestamp(self, timestamp)

    def max_timestamp_offset(self) -> RecordPlace | None:
        """The first record with the largest timestamp: (offset, timestamp, epoch)."""
        with storage_errors("reading", self.folder):
            return log_lookup.offset_of_max_timestamp(self)

    def last_stable_offset(self, high_watermark: int) -> int:
        """Where a read_committed consumer must stop. A few comparisons, for every fetch."""
        producers = self.producers
        if producers is None:
            return high_watermark
        # What an open transaction wrote may have been deleted.
        return max(producers.last_stable_offset(high_watermark), self.log_start_offset)

    def aborted_transactions(self, start: int, end: int) -> list[AbortedTransaction]:
        """Aborted transactions with records in start..end, in the order of their ends."""
        with storage_errors("reading", self.folder):
            return log_lookup.aborted_transactions(self, start, end)

    def active_producers(self) -> list[ActiveProducer]:
        """What DescribeProducers tells, by producer id."""
        return self.producers.active() if self.producers is not None else []

    # ---- leader epochs

    @property
    def latest_epoch(self) -> int:
        """The newest leader epoch; -1 when none is known."""
        return self.epochs.latest if self.epochs is not None else UNDEFINED

    def assign_epoch(self, epoch: int, start_offset: int) -> None:
        """This epoch begins at the offset (on becoming leader, before any append).

        It is written with its first record. Until then a restart, which has an epoch of its own,
        finds nothing that it would not find without it.
        """
        self._note_epoch(epoch, start_offset)

    @property
    def has_unwritten_epoch(self) -> bool:
        """Whether an epoch is known that is not in the file."""
        return self._epochs_changed

    def end_offset_for_epoch(self, epoch: int) -> tuple[int, int]:
        """The largest epoch not above `epoch` and its end offset; (-1, -1) when unknown."""
        epochs = self.epochs or LeaderEpochs()
        return epochs.end_offset_for(epoch, self.log_end_offset)

    # ---- cutting

    def delete_records_before(self, offset: int) -> int:
        """Move the log start up to `offset`; returns the log start offset.

        The files go at the next retention run. Raises ApiError beyond the log's end.
        """
        return log_cut.move_start(self, offset)

    def truncate_to(self, offset: int, now_ms: int) -> None:
        """Remove everything at and above `offset` (a follower that diverged)."""
        log_cut.truncate(self, offset, now_ms)

    def truncate_fully_and_start_at(self, offset: int, now_ms: int) -> None:
        """Remove everything; the next record gets `offset`."""
        log_cut.restart_at(self, offset, now_ms)

    def deletable_segments(
        self, now_ms: int, *, high_watermark: int | None = None
    ) -> list[Segment]:
        """Segments that retention would remove now, oldest first."""
        return retention.deletable_segments(self, now_ms, high_watermark)

    def apply_retention(
        self, now_ms: int, *, high_watermark: int | None = None
    ) -> list[retention.RemovedSegment]:
        """Rename what is expired to `.deleted`; `take_due_files` names it later."""
        return retention.apply(self, now_ms, high_watermark)

    def take_due_files(self, now_ms: int) -> list[str]:
        """Paths of files renamed `file.delete.delay.ms` ago, which the caller unlinks."""
        return log_files.take_due(self, now_ms)

    # ---- keeping

    def flush(self) -> None:
        """Sync everything that was written. Raises StorageError."""
        with storage_errors("syncing", self.folder):
            flush = log_files.flush_up_to(self, self.log_end_offset)
            if flush is not None:
                flush.run()
                self.flushed(flush)

    def pending_flush(self) -> Flush | None:
        """What to sync because segments were sealed: `run()` it in any thread, then `flushed()`.

        Opens no file: a disk that fails is for `run` to find.
        """
        segments = self.segments
        if not segments or segments[-1].base_offset <= self.recovery_point:
            return None
        return log_files.flush_up_to(self, segments[-1].base_offset)

    def flushed(self, flush: Flush) -> None:
        """The flush ran: the recovery point moves up."""
        self.recovery_point = max(self.recovery_point, flush.end_offset)
        self._flush_at_offset = self.recovery_point + self.config.flush_messages

    def close(self) -> None:
        """Clean close: write what is staged, seal the indexes, snapshot the producers, sync."""
        self.write_staged()
        with storage_errors("closing", self.folder):
            log_files.close_cleanly(self)

    def forget_positions(self) -> None:
        """Files or offsets changed under us: drop what was remembered for writers and readers."""
        self._recent_writes = None
        self._older_writes = None
        self._staged = None
        self._flush_at_offset = self.recovery_point + self.config.flush_messages

    # ---- private

    def _begin(self, now_ms: int) -> Staged:
        if self.segments:
            segment = self.segments[-1]
        else:
            segment = Segment(self.folder, self.log_end_offset, now_ms)
        self._staged = staged = Staged(segment, self.log_end_offset)
        return staged

    def _plan_roll(self, staged: Staged, now_ms: int) -> Staged:
        """The next batch goes into a new segment, whose files `_prepare_write` makes."""
        staged.snapshot = producer_snapshot.encode(self.producers)
        if self._earlier is None:
            self._earlier = []
        self._earlier.append(staged)
        segment = Segment(self.folder, staged.end_offset, now_ms)
        self._staged = planned = Staged(segment, staged.end_offset)
        return planned

    def _prepare_write(self, staged: Staged) -> None:
        """Make folder and files, and finish the segments that roll."""
        if self._failure is not None:
            raise self._failure
        if not self.exists:
            log_files.create_folder(self)
            self._epochs_changed = False
        for earlier in self._earlier or ():
            self._make_active(earlier.segment)
            earlier.write(self.open_files)
            log_files.seal(self, earlier)
            self.log_end_offset = earlier.end_offset
            # With flush.messages its records are synced, but not what sealed it. An index that a
            # loss of power has torn would be trusted, and retention goes by its last timestamp.
            self.recovery_point = min(self.recovery_point, earlier.segment.base_offset)
        self._earlier = None
        self._make_active(staged.segment)

    def _make_active(self, segment: Segment) -> None:
        if self.segments and self.segments[-1] is segment:
            segment.open_active(self.open_files)
            return
        segment.create(self.open_files)
        self.segments.append(segment)
        self._recent_writes = self._older_writes = None

    def _note_epoch(self, epoch: int, start_offset: int) -> None:
        if self.epochs is None:
            self.epochs = LeaderEpochs()
        if self.epochs.assign(epoch, start_offset):
            self._epochs_changed = True

    def _write_epochs(self) -> None:
        log_files.write_epochs(self)
        self._epochs_changed = False
