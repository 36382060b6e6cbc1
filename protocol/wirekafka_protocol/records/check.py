"""Is every record of a batch whole? Walks the plain records without building them.

A producer's batch may carry a good checksum and still lie: fewer records than its count, lengths
that point outside. Kafka reads every record before it appends, so we do, at Python's speed:

* Runs: most producers send records of one size. Where neighbours have the same size, byte k of all
  of them is one strided slice, and a run is checked column by column in C: the length bytes must be
  constant, the offset deltas must count up, the timestamp deltas must have one width.
* Neighbours of different sizes have their first bytes put together as such columns
  (mixed_sizes.py), where they have no headers and are not large.
* The single record of most batches, and
* the common shape, with lengths and deltas of one or two bytes, is walked inline.
* Anything else is walked by the general code, one record at a time.

All but the last are only faster ways to the answer of the last, and give up where they are not.
Attribute bytes, keys, values and header texts may be anything. A negative length means null, except
for header keys. A record's own length must agree with what is in it; Kafka checks that for plain
batches only and stores compressed ones that no consumer can read, which we refuse.
Source: `org.apache.kafka.common.record.DefaultRecord.readFrom`, `PartialDefaultRecord`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records.columns import (
    THREE_BYTE_DELTAS,
    end_of_offset_width,
    number_bounds,
    offset_columns,
    records_of_width,
)
from wirekafka_protocol.records.mixed_sizes import LEAST_RECORDS, check_mixed
from wirekafka_protocol.records.varint import OverlongVarint, read_varint, read_varlong

Data = bytes | bytearray | memoryview

_RUN_RECORDS = 24  # shorter runs cost more to try than to walk
_WALKED_RECORDS = 64  # of mixed sizes are walked before the next try; twice as many each time
_WIDEST_RUN_TIMESTAMP = 4
_WITHOUT_HEADERS = 4  # lengths: its own, key, value, headers
_COPIED_RECORD_BYTES = 512  # of larger records, a copy costs more than slicing bytes saves


RecordsFound = tuple[int, int, bool, bool]
"""What the records of a batch say together: min_timestamp_delta, max_timestamp_delta, has_null_key,
has_sequential_offsets. The minimum is a bound, at most the least delta; the maximum is exact.
(A bare tuple: building a named one costs as much as walking half a record.)
"""


_SINGLE_WITH_KEY = (0, 0, False, True)
_SINGLE_WITHOUT_KEY = (0, 0, True, True)


class OverlongRecordLength(ProtocolError):
    """A record's length takes more than five bytes. Kafka answers this fault unlike all others."""


_Part = tuple[int, int, int, int, bool, bool]
"""Some records in a row: the position and the record number behind them, then as RecordsFound, but
the minimum at most 0 and the maximum at least -1.
"""


class _Record(NamedTuple):
    """One record: where it ends, its deltas, and where in it the varints lie."""

    end: int
    timestamp_delta: int
    offset_delta: int
    has_null_key: bool
    timestamp_at: int
    offset_at: int
    offset_end: int
    lengths: list[range]


def check_records(data: Data, count: int, start: int = 0) -> RecordsFound:
    """Check that data is, from start to its end, exactly `count` whole records.

    Raises ProtocolError where it is not.
    """
    size_bytes = len(data)
    try:
        if count == 1:
            found = _single(data, start, size_bytes)
            if found is not None:
                return found
        if count < _RUN_RECORDS:
            part = _walk_common(data, start, 0, count)
            if part[1] < count:
                part = _walk_mixed(data, part, count)
        else:
            if size_bytes <= count * _COPIED_RECORD_BYTES:
                data = bytes(data)
            part = _walk_mixed(data, (start, 0, 0, -1, False, True), count)
    except IndexError:
        raise ProtocolError(f"fewer than {count} records in {size_bytes} bytes") from None
    if part[0] != size_bytes:
        raise ProtocolError(f"{count} records end at byte {part[0]} of {size_bytes}")
    if part[3] < 0 < count:  # all records are older than the base timestamp
        deltas = [record.timestamp_delta for record in _each_record(data, start)]
        return min(deltas), max(deltas), part[4], part[5]
    return part[2:]


def _single(data: Data, position: int, end: int) -> RecordsFound | None:
    """The one record of most batches: both deltas 0, no headers. None: look at it more closely."""
    size = data[position]
    position += 1
    if size > 0x7F:
        byte = data[position]
        if byte > 0x7F:
            return None
        size = size & 0x7F | byte << 7
        position += 1
    if end - position << 1 != size or data[position + 1] or data[position + 2]:
        return None
    key = data[position + 3]
    position += 4
    if key > 0x7F:
        return None
    if not key & 1:
        position += key >> 1
    value = data[position]
    position += 1
    if value > 0x7F:
        byte = data[position]
        if byte > 0x7F:
            return None
        value = value & 0x7F | byte << 7
        position += 1
    if not value & 1:
        position += value >> 1
    if data[position] or position + 1 != end:
        return None
    return _SINGLE_WITHOUT_KEY if key & 1 else _SINGLE_WITH_KEY


def _walk_mixed(data: Data, walked: _Part, count: int) -> _Part:
    """Walk on to the end by whatever means fits."""
    position, index, low, high, has_null_key, sequential = walked
    next_run = index
    walked_records = _WALKED_RECORDS
    while index < count:
        part = None
        if index >= next_run and count - index >= _RUN_RECORDS:
            part = _walk_columns(data, position, index, count)
            if part is None:
                next_run = index + walked_records
                walked_records += walked_records
        if part is None:
            stop = min(count, next_run) if next_run > index else count
            part = _walk_common(data, position, index, stop)
            if part[1] == index:
                part = _walk_one(data, position, index)
        position, index, part_low, part_high, part_has_null_key, part_sequential = part
        low, high = min(low, part_low), max(high, part_high)
        has_null_key |= part_has_null_key
        sequential &= part_sequential
    return position, index, low, high, has_null_key, sequential


def _walk_common(data: Data, position: int, index: int, stop: int) -> _Part:
    """Walk records up to number `stop`, or to the first one that is not of the common shape.

    That one may also be a broken one: the general code will say so. Everything before an IndexError
    was read as the general code reads it, so the error stands.
    """
    low, high, last, has_null_key, sequential = 0, -1, -1, False, True
    start, folded_index, folded_stop = position, index + index, stop + stop
    while folded_index < folded_stop:
        size = data[start]
        position = start + 1
        if size > 0x7F:
            byte = data[position]
            if byte > 0x7F:
                break
            size = size & 0x7F | byte << 7
            position += 1
        body = position
        timestamp = data[position + 1]
        position += 2
        if timestamp > 0x7F:
            byte = data[position]
            if byte > 0x7F:
                break
            timestamp = timestamp & 0x7F | byte << 7
            position += 1
        offset = data[position]
        position += 1
        if offset > 0x7F:
            byte = data[position]
            if byte > 0x7F:
                break
            offset = offset & 0x7F | byte << 7
            position += 1
        key = data[position]
        position += 1
        if key > 0x7F:
            break
        if not key & 1:
            position += key >> 1
        value = data[position]
        position += 1
        if value > 0x7F:
            byte = data[position]
            if byte > 0x7F:
                break
            value = value & 0x7F | byte << 7
            position += 1
        if not value & 1:
            position += value >> 1
        headers = data[position]
        position = position + 1 if not headers else _skip_headers(data, position, headers)
        # Folded lengths are twice the length; an odd one would be negative and never fits.
        if position - body << 1 != size:
            break
        start = position
        if key & 1:
            has_null_key = True
        if offset != folded_index:
            sequential = False
        folded_index += 2
        if timestamp != last:
            last = timestamp
            if timestamp & 1:
                low = min(low, ~(timestamp >> 1))
            elif timestamp >> 1 > high:
                high = timestamp >> 1
    return start, folded_index >> 1, low, high, has_null_key, sequential


def _skip_headers(data: Data, position: int, folded_count: int) -> int:
    """The position behind headers of the common shape, whose number is at position; or 0."""
    if folded_count > 0x7F or folded_count & 1:
        return 0
    position += 1
    for _ in range(folded_count >> 1):
        size = data[position]
        if size > 0x7F or size & 1:
            return 0
        position += (size >> 1) + 1
        size = data[position]
        position += 1
        if size > 0x7F:
            byte = data[position]
            if byte > 0x7F:
                return 0
            size = size & 0x7F | byte << 7
            position += 1
        if not size & 1:
            position += size >> 1
    return position


def _walk_one(data: Data, position: int, index: int) -> _Part:
    record = _read_record(data, position)
    delta = record.timestamp_delta
    sequential = record.offset_delta == index
    return record.end, index + 1, delta, delta, record.has_null_key, sequential


def _walk_columns(data: Data, position: int, index: int, count: int) -> _Part | None:
    """Check many records at once; None when too few are alike.

    Only records with offset deltas that count up are taken.
    """
    shape = _read_record(data, position)
    timestamp_bytes = shape.offset_at - shape.timestamp_at
    if timestamp_bytes > _WIDEST_RUN_TIMESTAMP or index >= THREE_BYTE_DELTAS:
        return None
    stop = min(count, end_of_offset_width(index))
    run = _walk_run(data, position, index, stop, shape)
    if run is not None or len(shape.lengths) != _WITHOUT_HEADERS or stop - index < LEAST_RECORDS:
        return run
    found = check_mixed(
        data,
        position,
        index,
        stop,
        timestamp_bytes=timestamp_bytes,
        offset_bytes=shape.offset_end - shape.offset_at,
    )
    if found is None:
        return None
    end, records, low, high, has_null_key = found
    return end, index + records, low, high, has_null_key, True


def _walk_run(data: Data, position: int, index: int, stop: int, shape: _Record) -> _Part | None:
    """Check as many records as have the shape of the one at position; None when too few have.

    All offset deltas below `stop` have the same width.
    """
    stride = shape.end - position
    offset_bytes = shape.offset_end - shape.offset_at
    records = min(stop, index + (len(data) - position) // stride) - index
    for at in chain.from_iterable(shape.lengths):
        if records < _RUN_RECORDS:
            return None
        column = bytes(data[at : position + records * stride : stride])
        records -= len(column.lstrip(column[:1]))
    end = position + records * stride
    if records < _RUN_RECORDS:
        return None
    offsets = [bytes(data[at:end:stride]) for at in range(shape.offset_at, shape.offset_end)]
    if offsets != offset_columns(index, records, offset_bytes):
        return None
    timestamps = [bytes(data[at:end:stride]) for at in range(shape.timestamp_at, shape.offset_at)]
    if records_of_width(timestamps) < records:
        return None
    low, high = number_bounds(timestamps)
    return end, index + records, low, high, shape.has_null_key, True


def _each_record(data: Data, position: int) -> Iterator[_Record]:
    while position < len(data):
        record = _read_record(data, position)
        yield record
        position = record.end


def _read_record(data: Data, start: int) -> _Record:
    """The record at start, whatever its shape. Raises ProtocolError or IndexError."""
    try:
        size, position = read_varint(data, start)
    except OverlongVarint:
        raise OverlongRecordLength(f"record at byte {start} has an overlong length") from None
    end = position + size
    if size < 0 or end > len(data):
        raise ProtocolError(f"record of {size} bytes at {position} of {len(data)}")
    lengths = [range(start, position)]
    timestamp_at = position + 1  # behind the attributes
    timestamp_delta, offset_at = read_varlong(data, timestamp_at)
    offset_delta, offset_end = read_varint(data, offset_at)
    key_bytes, position = read_varint(data, offset_end)
    lengths.append(range(offset_end, position))
    at = position = position + max(key_bytes, 0)
    value_bytes, position = read_varint(data, at)
    lengths.append(range(at, position))
    at = position = position + max(value_bytes, 0)
    header_count, position = read_varint(data, at)
    lengths.append(range(at, position))
    if not 0 <= header_count <= len(data) - position:
        raise ProtocolError(f"record at byte {start} has {header_count} headers")
    for _ in range(header_count):
        for lowest in (0, -(1 << 31)):  # a header's key is not null, its value may be
            at = position
            size, position = read_varint(data, at)
            if size < lowest:
                raise ProtocolError(f"record at byte {start} has a header without a key")
            lengths.append(range(at, position))
            position += max(size, 0)
        if position > end:
            break
    if position != end:
        raise ProtocolError(f"record at byte {start} ends at {end}, its fields at {position}")
    return _Record(
        end,
        timestamp_delta,
        offset_delta,
        key_bytes < 0,
        timestamp_at,
        offset_at,
        offset_end,
        lengths,
    )
