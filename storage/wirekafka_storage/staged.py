"""Batches that have their place in the log but are not written yet, and what follows the write.

One `Staged` is for one segment. While nothing is staged it says where the next batch goes.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError
from wirekafka_protocol.records.control import ControlType, EndMarker, read_end_marker
from wirekafka_protocol.records.record import read_records

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

    def add_index_entry(self, last_offset: int) -> None:
        """The batch at the current position gets an entry in both indexes."""
        segment = self.segment
        segment.index_entries += 1
        segment.time_entries += 1
        self.entries.append(
            IndexEntry(
                last_offset, self.position, segment.max_timestamp, segment.max_timestamp_offset
            )
        )

    def must_roll(
        self, config: LogConfig, age_limit_ms: int, *, size: int, timestamp: int, now_ms: int
    ) -> bool:
        """Whether the batch belongs into a new segment, apart from the distance of offsets.

        The age of a segment is that of its first batch, compared with the new batch's; by the
        clock only when the first batch has no timestamp.
        """
        segment = self.segment
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


def read_marker(batch: memoryview | bytes) -> EndMarker | None:
    """The transaction marker in a control batch; None when it is another control record."""
    try:
        record = read_records(batch)[0]
        marker = read_end_marker(record)
    except (ProtocolError, IndexError):
        return None
    return marker


def too_large(size: int, limit: int) -> ApiError:
    return ApiError(
        ErrorCode.RECORD_LIST_TOO_LARGE,
        f"batch of {size} bytes is larger than a segment ({limit} bytes)",
    )


def is_abort(marker: EndMarker) -> bool:
    return marker.control_type is ControlType.ABORT
