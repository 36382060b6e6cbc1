"""What the log answers to an append and to a read."""

from __future__ import annotations

from typing import NamedTuple

from wirekafka_storage.files import OpenFile


class Appended(NamedTuple):
    """What became of a staged batch."""

    base_offset: int
    log_append_time_ms: int
    """-1 with CreateTime, except for a duplicate: the time of the first append."""
    is_duplicate: bool


class LogSlice(NamedTuple):
    """A range of bytes in a segment's file. The file stays open as long as the slice lives."""

    fd: int
    position: int
    size: int
    base_offset: int
    """Of the first batch; meaningless when size is 0."""
    file: OpenFile | None

    def read_bytes(self) -> bytes:
        """The bytes themselves. Raises OSError."""
        return self.read_range(0, self.size)

    def read_range(self, offset: int, size: int) -> bytes:
        """`size` bytes from `offset` of the slice on. Raises OSError."""
        return self.file.read(size, self.position + offset) if self.file else b""


EMPTY_SLICE = LogSlice(-1, 0, 0, -1, None)
