"""Walks the headers of the batches in a segment's file, without reading their records.

The layout is `wirekafka_protocol.records.batch`. Offsets may have gaps between batches and inside
them, after compaction, so a batch is found by its *last* offset.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import (
    HEADER_BYTES,
    LOG_OVERHEAD_BYTES,
    BatchHeader,
    read_header,
)

from wirekafka_storage.files import FileSystem

SMALLEST_LENGTH = HEADER_BYTES - LOG_OVERHEAD_BYTES

_PLACE = struct.Struct(">qi11xi")
"""Base offset, length and last offset delta, the latter 23 bytes into the batch."""
_SCAN_BYTES = 8192
"""Two index intervals: one read finds most batches."""
_WALK_BYTES = 1 << 18


class BatchPlace(NamedTuple):
    """Where a batch lies in its file."""

    position: int
    size: int
    base_offset: int
    last_offset: int


def locate(
    files: FileSystem, fd: int, offset: int, *, position: int, end: int
) -> BatchPlace | None:
    """The first batch at or behind `position` whose last offset is not below `offset`.

    None when there is none before `end`. `position` must be the start of a batch.
    """
    unpack = _PLACE.unpack_from
    while position < end:
        chunk = files.pread(fd, _SCAN_BYTES, position)
        limit = len(chunk) - _PLACE.size
        if limit < 0:
            return None
        at = 0
        while at <= limit:
            base_offset, length, last_offset_delta = unpack(chunk, at)
            if base_offset + last_offset_delta >= offset and length >= SMALLEST_LENGTH:
                if position + at >= end:
                    return None
                last_offset = base_offset + last_offset_delta
                return BatchPlace(
                    position + at, length + LOG_OVERHEAD_BYTES, base_offset, last_offset
                )
            if length < SMALLEST_LENGTH:
                raise ApiError(
                    ErrorCode.CORRUPT_MESSAGE,
                    f"batch at position {position + at} claims a length of {length}",
                )
            at += length + LOG_OVERHEAD_BYTES
        position += at
    return None


def headers(
    files: FileSystem, fd: int, *, position: int, end: int
) -> Iterator[tuple[int, BatchHeader]]:
    """Position and header of each whole batch from `position` on, until `end` or a bad length."""
    while position + HEADER_BYTES <= end:
        chunk = files.pread(fd, _WALK_BYTES, position)
        if len(chunk) < HEADER_BYTES:
            return
        at = 0
        while at + HEADER_BYTES <= len(chunk) and position + at < end:
            header = read_header(chunk, at)
            size = header.length + LOG_OVERHEAD_BYTES
            if header.length < SMALLEST_LENGTH or position + at + size > end:
                return
            yield position + at, header
            at += size
        position += at


def read_batch(files: FileSystem, fd: int, position: int, size: int) -> bytes:
    """The bytes of one batch. Shorter than `size` only when the file is."""
    content = files.pread(fd, size, position)
    while len(content) < size:
        more = files.pread(fd, size - len(content), position + len(content))
        if not more:
            break
        content += more
    return content
