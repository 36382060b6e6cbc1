"""Fifty records of a partition, or the newest of several, without reading much more than that.

A page is found by windows of offsets: forward from its first, or backward from its end, each twice
as long as the one before, because offsets may have gaps (transaction markers, compaction). A window
is read until the page is full, or has `ENOUGH_BYTES`, or `MOST_WINDOWS` were read: the broker reads
on its own loop, and what a page costs must not depend on how much there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wirekafka.instrument.read_records import FoundRecord, RecordRange, read

if TYPE_CHECKING:
    from wirekafka.broker import Broker
    from wirekafka.partition.partition import Partition

PAGE_RECORDS = 50

ENOUGH_BYTES = 4 * 1024 * 1024
"""Of keys and values; four records of Kafka's largest, or thousands of common ones."""

MOST_WINDOWS = 12
_FIRST_WINDOW = 16
_LONGEST_WINDOW = 4096
_BESIDE = 12
"""Partitions of which the newest records are shown together."""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Newest first. `older` and `newer` are the offsets at which the neighbours end and begin,
    None where nothing is. `left_out` partitions have records that were not looked at."""

    rows: list[FoundRecord]
    older: int | None = None
    newer: int | None = None
    left_out: int = 0


def newest(broker: Broker, partitions: list[Partition]) -> RecordPage:
    """Of several partitions together, by time. Raises ApiError."""
    filled = [one for one in partitions if one.high_watermark > one.log.log_start_offset]
    looked_at = filled[:_BESIDE]
    rows: list[FoundRecord] = []
    budget = ENOUGH_BYTES
    for place, partition in enumerate(looked_at):
        share = budget // (len(looked_at) - place)
        rows += _backward(broker, partition, partition.high_watermark, share)[0]
    rows.sort(key=lambda row: (-row.record.timestamp, row.partition, -row.record.offset))
    return RecordPage(rows[:PAGE_RECORDS], left_out=len(filled) - len(looked_at))


def before(broker: Broker, partition: Partition, end: int | None) -> RecordPage:
    """Those in front of the offset `end`, by default the newest. Raises ApiError."""
    last = partition.high_watermark if end is None else min(end, partition.high_watermark)
    rows, reached = _backward(broker, partition, last, ENOUGH_BYTES)
    older = reached if reached > partition.log.log_start_offset else None
    return RecordPage(rows, older, last if last < partition.high_watermark else None)


def after(broker: Broker, partition: Partition, start: int) -> RecordPage:
    """Those from the offset `start` on. Raises ApiError."""
    log_start, end = partition.log.log_start_offset, partition.high_watermark
    begin = position = min(max(start, log_start), end)
    rows: list[FoundRecord] = []
    length, windows = _FIRST_WINDOW, 0
    while position < end and windows < MOST_WINDOWS and not _is_full(rows, ENOUGH_BYTES):
        wanted = PAGE_RECORDS - len(rows)
        stop = min(position + length, end)
        found = _window(broker, partition, position, stop, wanted)
        rows += found
        position = found[-1].record.offset + 1 if len(found) == wanted else stop
        length, windows = min(2 * length, _LONGEST_WINDOW), windows + 1
    rows.reverse()
    newer = position if position < end else None
    return RecordPage(rows, begin if begin > log_start else None, newer)


def one(broker: Broker, partition: Partition, offset: int) -> FoundRecord | None:
    """The record at an offset, None when there is none. Raises ApiError."""
    found = _window(broker, partition, offset, offset + 1, 1)
    return found[0] if found else None


def _backward(
    broker: Broker, partition: Partition, end: int, enough: int
) -> tuple[list[FoundRecord], int]:
    """Newest first, and the offset below which nothing was looked at."""
    start = partition.log.log_start_offset
    rows: list[FoundRecord] = []
    position, length, windows = end, _FIRST_WINDOW, 0
    while position > start and windows < MOST_WINDOWS and not _is_full(rows, enough):
        begin = max(position - length, start)
        rows += reversed(_window(broker, partition, begin, position, _LONGEST_WINDOW))
        position = begin
        length, windows = min(2 * length, _LONGEST_WINDOW), windows + 1
    if len(rows) > PAGE_RECORDS:
        rows = rows[:PAGE_RECORDS]
        position = rows[-1].record.offset
    return rows, position


def _window(
    broker: Broker, partition: Partition, start: int, end: int, limit: int
) -> list[FoundRecord]:
    wanted = RecordRange(partition.topic, partition.index, start, end, limit=limit)
    return read(broker, wanted)


def _is_full(rows: list[FoundRecord], enough: int) -> bool:
    return len(rows) >= PAGE_RECORDS or sum(map(_size, rows)) >= enough


def _size(row: FoundRecord) -> int:
    return len(row.record.key or b"") + len(row.record.value or b"")
