"""Records inside a batch: read them, and build a batch from them.

    length varint | attributes int8 (unused) | timestamp_delta varlong | offset_delta varint
    key length varint, key | value length varint, value        (length -1: null)
    header count varint | each: key length varint, key, value length varint, value

Deltas are relative to the batch's base_timestamp and base_offset. With append time all records have
the batch's max_timestamp. Header keys are text; bytes that are no UTF-8 survive a round trip as
surrogate escapes. Source: KIP-98; `org.apache.kafka.common.record.DefaultRecord`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records.batch import (
    COMPRESSION_MASK,
    HEADER_BYTES,
    LOG_APPEND_TIME_BIT,
    LOG_OVERHEAD_BYTES,
    MAGIC,
    BatchHeader,
    read_header,
)
from wirekafka_protocol.records.compression import (
    MAX_DECOMPRESSED_BYTES,
    Compression,
    compress,
    decompress,
)
from wirekafka_protocol.records.crc import crc32c
from wirekafka_protocol.records.varint import encode_varint, read_varint, read_varlong

Header = tuple[str, bytes | None]
_TEXT_ERRORS = "surrogateescape"
_UNCOVERED = struct.Struct(">qiibI")
_COVERED = struct.Struct(">hiqqqhii")  # the part of the header that the checksum covers
_NULL = encode_varint(-1)
_ZERO = encode_varint(0)


class Record:
    """One record with its absolute offset and its timestamp in ms."""

    __slots__ = ("headers", "key", "offset", "timestamp", "value")

    def __init__(
        self,
        offset: int,
        timestamp: int,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[Header] = (),
    ) -> None:
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return (
            self.offset == other.offset
            and self.timestamp == other.timestamp
            and self.key == other.key
            and self.value == other.value
            and list(self.headers) == list(other.headers)
        )

    __hash__ = None  # type: ignore[assignment]  # mutable, so not hashable

    def __repr__(self) -> str:
        return (
            f"Record(offset={self.offset}, timestamp={self.timestamp}, key={self.key!r}, "
            f"value={self.value!r}, headers={list(self.headers)!r})"
        )


def read_records(
    batch: bytes | bytearray | memoryview, limit_bytes: int = MAX_DECOMPRESSED_BYTES
) -> list[Record]:
    """The records of exactly one batch, decompressed, their bytes copied out of the input.

    Raises ProtocolError when the bytes are not what the header says. The checksum is not looked at.
    """
    if len(batch) < HEADER_BYTES:
        raise ProtocolError(f"batch of {len(batch)} bytes")
    header = read_header(batch)
    if header.magic != MAGIC:
        raise ProtocolError(f"batch has magic {header.magic}, not {MAGIC}")
    if header.length + LOG_OVERHEAD_BYTES != len(batch):
        raise ProtocolError(f"batch of {header.size_in_bytes} bytes in {len(batch)}")
    return parse_records(header, plain_records(header, batch, limit_bytes))


def plain_records(
    header: BatchHeader,
    batch: bytes | bytearray | memoryview,
    limit_bytes: int = MAX_DECOMPRESSED_BYTES,
) -> bytes:
    """The bytes behind the header of exactly one batch, decompressed."""
    return decompress(header.compression, memoryview(batch)[HEADER_BYTES:], limit_bytes)


def parse_records(header: BatchHeader, data: bytes) -> list[Record]:
    """The records in the decompressed bytes of the batch with this header."""
    position, end = 0, len(data)
    # The smallest record takes 7 bytes: a count beyond that is refused before any work.
    if not 0 <= header.record_count <= end:
        raise ProtocolError(f"{header.record_count} records in {end} bytes")
    base_offset, base_timestamp = header.base_offset, header.base_timestamp
    append_time = header.max_timestamp if header.attributes & LOG_APPEND_TIME_BIT else None
    records = []
    try:
        for _ in range(header.record_count):
            # Numbers of one byte are read inline: that is most of them, and a third of the time.
            size = data[position]
            if size > 0x7F:
                size, position = read_varint(data, position)
            else:
                size = (size >> 1) ^ -(size & 1)
                position += 1
            record_end = position + size
            if size < 0 or record_end > end:
                raise ProtocolError(f"record of {size} bytes at {position} of {end}")
            position += 1  # the attributes, which have no meaning yet
            timestamp_delta = data[position]
            if timestamp_delta > 0x7F:
                timestamp_delta, position = read_varlong(data, position)
            else:
                timestamp_delta = (timestamp_delta >> 1) ^ -(timestamp_delta & 1)
                position += 1
            offset_delta = data[position]
            if offset_delta > 0x7F:
                offset_delta, position = read_varint(data, position)
            else:
                offset_delta = (offset_delta >> 1) ^ -(offset_delta & 1)
                position += 1
            key, position = _read_field(data, position, record_end)
            value, position = _read_field(data, position, record_end)
            headers: Sequence[Header] = ()
            if data[position]:
                headers, position = _read_headers(data, position, record_end)
            else:
                position += 1
            if position != record_end:
                raise ProtocolError(f"record that ends at byte {record_end} was read to {position}")
            timestamp = base_timestamp + timestamp_delta if append_time is None else append_time
            records.append(Record(base_offset + offset_delta, timestamp, key, value, headers))
    except IndexError:
        raise ProtocolError(f"fewer than {header.record_count} records in {end} bytes") from None
    if position != end:
        raise ProtocolError(f"{end - position} bytes behind {header.record_count} records")
    return records


def build_batch(
    records: Sequence[Record],
    *,
    base_offset: int = 0,
    last_offset: int | None = None,
    compression: int = Compression.NONE,
    compression_level: int | None = None,
    attributes: int = 0,
    base_timestamp: int | None = None,
    max_timestamp: int | None = None,
    partition_leader_epoch: int = -1,
    producer_id: int = -1,
    producer_epoch: int = -1,
    base_sequence: int = -1,
) -> bytes:
    """One batch of the records, whose offsets are at or above base_offset, ascending.

    Without last_offset the batch ends with its last record (compaction keeps a later end).
    Without base_timestamp it is the first record's, without max_timestamp their largest.
    `attributes` are the bits beside the compression.
    """
    first_timestamp = records[0].timestamp if records else -1
    if base_timestamp is None:
        base_timestamp = first_timestamp
    if max_timestamp is None:
        max_timestamp = first_timestamp
        for record in records:
            if record.timestamp > max_timestamp:
                max_timestamp = record.timestamp
    if last_offset is None:
        last_offset = records[-1].offset if records else base_offset - 1
    covered = _COVERED.pack(
        attributes | compression,
        last_offset - base_offset,
        base_timestamp,
        max_timestamp,
        producer_id,
        producer_epoch,
        base_sequence,
        len(records),
    )
    body = b"".join([_encode_record(r, base_offset, base_timestamp) for r in records])
    if compression:
        body = compress(compression, body, compression_level)
    return _assemble(base_offset, partition_leader_epoch, covered, body)


def pack_batch(
    header: BatchHeader, plain: bytes | memoryview, compression_level: int | None = None
) -> bytes:
    """A batch of these records in plain, compressed as the header's attributes say.

    The header's length and checksum are computed; everything else is taken from it.
    """
    compression = header.attributes & COMPRESSION_MASK
    body = compress(compression, plain, compression_level) if compression else plain
    covered = _COVERED.pack(*header[5:])
    return _assemble(header.base_offset, header.partition_leader_epoch, covered, body)


def _assemble(
    base_offset: int, leader_epoch: int, covered: bytes, body: bytes | memoryview
) -> bytes:
    length = HEADER_BYTES - LOG_OVERHEAD_BYTES + len(body)
    crc = crc32c(body, crc32c(covered))
    head = _UNCOVERED.pack(base_offset, length, leader_epoch, MAGIC, crc)
    return b"".join((head, covered, body))


def _encode_record(record: Record, base_offset: int, base_timestamp: int) -> bytes:
    key, value, headers = record.key, record.value, record.headers
    parts = [
        b"\0",
        encode_varint(record.timestamp - base_timestamp),
        encode_varint(record.offset - base_offset),
    ]
    if key is None:
        parts.append(_NULL)
    else:
        parts += (encode_varint(len(key)), key)
    if value is None:
        parts.append(_NULL)
    else:
        parts += (encode_varint(len(value)), value)
    if headers:
        parts.append(encode_varint(len(headers)))
        for name, content in headers:
            encoded = name.encode("utf-8", _TEXT_ERRORS)
            parts += (encode_varint(len(encoded)), encoded)
            if content is None:
                parts.append(_NULL)
            else:
                parts += (encode_varint(len(content)), content)
    else:
        parts.append(_ZERO)
    body = b"".join(parts)
    return encode_varint(len(body)) + body


def _read_field(data: bytes, position: int, end: int) -> tuple[bytes | None, int]:
    size = data[position]
    if size > 0x7F:
        size, position = read_varint(data, position)
        if size < 0:
            return None, position
    else:
        position += 1
        if size & 1:
            return None, position
        size >>= 1
    field_end = position + size
    if field_end > end:
        raise ProtocolError(f"field of {size} bytes at {position}, record ends at {end}")
    return data[position:field_end], field_end


def _read_headers(data: bytes, position: int, end: int) -> tuple[list[Header], int]:
    count, position = read_varint(data, position)
    if not 0 <= count <= end - position:
        raise ProtocolError(f"{count} record headers in {end - position} bytes")
    headers: list[Header] = []
    for _ in range(count):
        name, position = _read_field(data, position, end)
        if name is None:
            raise ProtocolError(f"record header without a key before byte {position}")
        content, position = _read_field(data, position, end)
        headers.append((name.decode("utf-8", _TEXT_ERRORS), content))
    return headers, position
