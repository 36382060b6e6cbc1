"""Batches that have their place in the log but are not written yet, and what follows the write.

One `Staged` is for one segment. While nothing is staged it says where the next batch goes.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka_storage.files import OpenFiles, write_all
from wirekafka_storage.log_config import LogConfig
from wirekafka_storage.offset_index import ENTRY_BYTES as OFFSET_ENTRY_BYTES
from wirekafka_storage.segment import IndexEntry, Segment
from wirekafka_storage.time_index import ENTRY_BYTES as TIME_ENTRY_BYTES
from wirekafka_storage.transaction_index import AbortedTransaction

LARGEST_RELATIVE_OFFSET = 2**31 - 1
"""Index entries have four bytes for an offset."""
UNKNOWN_AGE = -(2**62)
"""First timestamp of a segment whose first batch has none: every age check looks closer."""


class Staged:
    """What is staged for one segment."""

    __slots__ = ("aborted", "buffers", "end_offset", "entries", "position", "segment", "snapshot")

    def __init__(self, segment: Segment, end_offset: int) -> None:
        self.segment = segment
        self.position = segment.size
        """Where in the segment's file the next batch goes."""
        self.end_offset = end_offset
        """Offset of the next batch."""
        self.buffers: list[memoryview] = []
        self.entries: list[IndexEntry] = []
        self.aborted: list[AbortedTransaction] = []
        self.snapshot = b""
        """Producer state at `end_offset`, kept when the segment is to roll there."""

    def add(
        self,
        batch: memoryview,
        size: int,
        last_offset: int,
        timestamp: int,
        index_interval_bytes: int,
    ) -> None:
        """The batch goes to the current position."""
        segment = self.segment
        if not self.position:
            segment.first_timestamp = timestamp if timestamp >= 0 else UNKNOWN_AGE
        if timestamp > segment.max_timestamp:
            segment.max_timestamp = timestamp
            segment.max_timestamp_offset = last_offset
        if segment.bytes_since_index > index_interval_bytes:
            self._add_index_entry(last_offset)
            segment.bytes_since_index = size
        else:
            segment.bytes_since_index += size
        self.buffers.append(batch)
        self.position += size
        self.end_offset = last_offset + 1

    def must_roll(
        self,
        config: LogConfig,
        age_limit_ms: int,
        *,
        size: int,
        last_offset: int,
        timestamp: int,
        now_ms: int,
    ) -> bool:
        """Whether the batch belongs into a new segment.

        The age of a segment is that of its first batch, compared with the new batch's; by the
        clock only when the first batch has no timestamp.
        """
        segment = self.segment
        if last_offset - segment.base_offset > LARGEST_RELATIVE_OFFSET:
            return True
        if self.position == 0:
            return False
        if self.position + size > config.segment_bytes:
            return True
        since_ms = segment.first_timestamp
        age_ms = timestamp - since_ms if since_ms >= 0 else now_ms - segment.created_ms
        if age_ms > age_limit_ms:
            return True
        # The time index keeps one place free for the entry that is written when it is sealed.
        return (
            segment.index_entries >= config.segment_index_bytes // OFFSET_ENTRY_BYTES
            or segment.time_entries >= config.segment_index_bytes // TIME_ENTRY_BYTES - 1
        )

    def write(self, open_files: OpenFiles) -> None:
        """Write batches, then index entries. Raises OSError."""
        segment = self.segment
        file = segment.held or segment.open_active(open_files)
        if self.buffers:
            size = self.position - segment.size
            write_all(open_files.files, file.fd, self.buffers, size)
            segment.size = self.position
            self.buffers.clear()
        if self.entries:
            segment.append_index_entries(self.entries, open_files)
            self.entries.clear()
        if self.aborted:
            segment.append_aborted(self.aborted, open_files)
            self.aborted.clear()

    def _add_index_entry(self, last_offset: int) -> None:
        """The batch at the current position gets an entry in both indexes."""
        segment = self.segment
        segment.index_entries += 1
        segment.time_entries += 1
        self.entries.append(
            IndexEntry(
                last_offset, self.position, segment.max_timestamp, segment.max_timestamp_offset
            )
        )


def too_large(size: int, limit: int) -> ApiError:
    return ApiError(
        ErrorCode.RECORD_LIST_TOO_LARGE,
        f"batch of {size} bytes is larger than a segment ({limit} bytes)",
    )
