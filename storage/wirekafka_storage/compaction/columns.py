"""The records of a batch as columns: keys, offset deltas, where each record lies.

Compaction looks at every record of a log, so this is its inner loop. Two ways lead to the same
columns: neighbours of one shape (same lengths and widths, no headers) are taken apart in C, with
strided slices and one `Struct.iter_unpack`; everything else is walked record by record.

The caller has checked the CRC, and whoever wrote the batch has checked its records, so this only
makes sure that they end where the batch ends. The layout is `wirekafka_protocol.records.record`.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from struct import Struct
from typing import NamedTuple

from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records.varint import read_varint

_FEWEST_IN_RUN = 12
"""Shorter runs cost more to try than to walk."""
_WALKED = 64
"""Records that are walked before the next try; twice as many each time it fails."""
_ENDED = bytes(range(0x80))
_CONTINUED = bytes(range(0x80, 0x100))


class Columns(NamedTuple):
    """All records of one batch."""

    keys: list[bytes | None]
    offset_deltas: list[int]
    bounds: list[int]
    """Where record i begins; i + 1 is its end, so there is one more than records."""
    tombstones: list[int]
    """Places of the records without a value, ascending."""
    has_null_key: bool


def read_columns(data: bytes, position: int, end: int, count: int) -> Columns:
    """The columns of the `count` plain records in data[position:end]. Raises ProtocolError."""
    columns = Columns([], [], [position], [], False)
    done = 0
    next_try = 0
    walked = _WALKED
    has_null_key = False
    try:
        while done < count:
            if done >= next_try and count - done >= _FEWEST_IN_RUN:
                taken = _take_run(data, columns, end, count - done)
                if taken:
                    done += taken
                    continue
                next_try = done + walked
                walked += walked
            stop = min(count, next_try) if next_try > done else count
            has_null_key |= _walk(data, columns, done, stop)
            done = stop
    except IndexError:
        raise ProtocolError(f"fewer than {count} records in {end - position} bytes") from None
    if columns.bounds[-1] != end:
        raise ProtocolError(f"{count} records end at byte {columns.bounds[-1]}, not {end}")
    return columns._replace(has_null_key=has_null_key) if has_null_key else columns


def read_bounds(data: bytes, position: int, end: int, count: int) -> list[int]:
    """Only the bounds of `read_columns`, in a fraction of the time. Raises ProtocolError."""
    bounds = [position]
    add_bound = bounds.append
    try:
        for _ in range(count):
            number = data[position]
            position += 1
            if number > 0x7F:
                byte = data[position]
                if byte > 0x7F:
                    number, position = _folded(data, position - 1)
                else:
                    number = number & 0x7F | byte << 7
                    position += 1
            position += number >> 1
            add_bound(position)
    except IndexError:
        position = -1
    if position != end:
        raise ProtocolError(f"{count} records end at byte {position}, not {end}")
    return bounds


def _walk(data: bytes, columns: Columns, done: int, stop: int) -> bool:
    """Take the records number `done` to `stop` one by one; whether one has no key."""
    keys, deltas, bounds, tombstones, _ = columns
    add_key, add_delta, add_bound = keys.append, deltas.append, bounds.append
    has_null_key = False
    position = bounds[-1]
    for index in range(done, stop):
        # Numbers of one and two bytes are read inline: that is nearly all of them.
        number = data[position]
        position += 1
        if number > 0x7F:
            byte = data[position]
            if byte > 0x7F:
                number, position = _folded(data, position - 1)
            else:
                number = number & 0x7F | byte << 7
                position += 1
        end = position + (number >> 1)
        position += 1  # the attributes, which have no meaning yet
        while data[position] > 0x7F:  # the timestamp delta
            position += 1
        number = data[position + 1]
        position += 2
        if number > 0x7F:
            byte = data[position]
            if byte > 0x7F:
                number, position = _folded(data, position - 1)
            else:
                number = number & 0x7F | byte << 7
                position += 1
        add_delta(number >> 1)
        number = data[position]
        position += 1
        if number > 0x7F:
            number, position = _folded(data, position - 1)
        if number & 1:
            add_key(None)
            has_null_key = True
        else:
            start = position
            position += number >> 1
            add_key(data[start:position])
        if data[position] & 1:  # the sign of the value's length
            tombstones.append(index)
        if position > end:
            raise ProtocolError(f"record that ends at byte {end} has a key up to {position}")
        add_bound(end)
        position = end
    return has_null_key


def _take_run(data: bytes, columns: Columns, end: int, most: int) -> int:
    """Take as many records as have the shape of the next one; 0 when too few have."""
    start = columns.bounds[-1]
    size, body_at = read_varint(data, start)
    stride = body_at - start + size
    time_at = body_at + 1
    offset_at = _varint_end(data, time_at)
    key_size_at = _varint_end(data, offset_at)
    key_bytes, key_at = read_varint(data, key_size_at)
    if key_bytes < 0 or size < 0:
        return 0
    value_size_at = key_at + key_bytes
    value_bytes, value_at = read_varint(data, value_size_at)
    headers_at = value_at + max(value_bytes, 0)
    if headers_at + 1 != start + stride or data[headers_at]:
        return 0  # with headers, or broken: the walk says which
    records = min(most, (end - start) // stride)
    same = chain(
        range(start, body_at),
        range(key_size_at, key_at),
        range(value_size_at, value_at),
        (headers_at,),
    )
    for at in same:
        column = data[at : start + records * stride : stride]
        records -= len(column.lstrip(column[:1]))
    for first, after in ((time_at, offset_at), (offset_at, key_size_at)):
        for at in range(first, after):
            column = data[at : start + records * stride : stride]
            records -= len(column.lstrip(_ENDED if at == after - 1 else _CONTINUED))
    if records < _FEWEST_IN_RUN:
        return 0
    run_end = start + records * stride
    layout = _key_struct(key_at - start, key_bytes, stride)
    columns.keys.extend([key for (key,) in layout.iter_unpack(data[start:run_end])])
    columns.offset_deltas.extend(_deltas(data, offset_at, key_size_at, run_end, stride))
    if value_bytes < 0:
        first_record = len(columns.bounds) - 1
        columns.tombstones.extend(range(first_record, first_record + records))
    columns.bounds.extend(range(start + stride, run_end + 1, stride))
    return records


def _deltas(data: bytes, first: int, after: int, end: int, stride: int) -> list[int]:
    """The numbers whose varint bytes are the columns at first..after of a run."""
    parts = [data[at:end:stride] for at in range(first, after)]
    if len(parts) == 1:
        return [number >> 1 for number in parts[0]]
    if len(parts) == 2:
        return [(low & 0x7F | high << 7) >> 1 for low, high in zip(*parts, strict=True)]
    return [
        sum((byte & 0x7F) << 7 * place for place, byte in enumerate(number)) >> 1
        for number in zip(*parts, strict=True)
    ]


@lru_cache(maxsize=256)
def _key_struct(before: int, key_bytes: int, stride: int) -> Struct:
    return Struct(f"{before}x{key_bytes}s{stride - before - key_bytes}x")


def _varint_end(data: bytes, position: int) -> int:
    while data[position] > 0x7F:
        position += 1
    return position + 1


def _folded(data: bytes, position: int) -> tuple[int, int]:
    number, position = read_varint(data, position)
    return number << 1 if number >= 0 else -number * 2 - 1, position
