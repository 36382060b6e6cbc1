"""Record batches field by field, wrong ones too: building, and reading without believing anything.

`batch(b"a", (b"key", b"b"))` is a well-formed batch; every field can be overridden by name to make
one that is not. The result is bytes that remember what was asked for, so that a recording shows
`{"records": ["a"], "crc": 1}` and not times and hex.

Source: the format of record batches v2 in protocol/README.md.
"""

from __future__ import annotations

import gzip
import io
import struct
import time
import zlib
from collections.abc import Callable
from typing import Any, TypeAlias

import cramjam
import crc32c
import lz4.frame
import zstandard

from .codec import Message, Reader, ShortError, zigzag

Header: TypeAlias = tuple[bytes, bytes | None]
Keyed: TypeAlias = tuple[bytes | None, bytes | None]
Record: TypeAlias = bytes | Keyed | tuple[bytes | None, bytes | None, list[Header]] | None
"""A value, or (key, value), or (key, value, headers)."""

NONE, GZIP, SNAPPY, LZ4, ZSTD = range(5)
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
LOG_APPEND_TIME, TRANSACTIONAL, CONTROL = 0x08, 0x10, 0x20

_SHOWN_BYTES = 200  # longer values would bury the rest of a recording
_CODEC_ERRORS = (cramjam.DecompressionError, zstandard.ZstdError, struct.error)
_HEADER_BYTES = 61
_XERIAL = b"\x82SNAPPY\0"


class Batch(bytes):
    """The bytes of a batch; `about` is what was asked for, as recordings show it."""

    about: Message


def batch(
    *records: Record,
    compression: int = NONE,
    attributes: int = 0,
    timestamp: int | None = None,
    producer: tuple[int, int, int] = (-1, -1, -1),
    deltas: dict[int, int] | None = None,
    **wrong: int,
) -> Batch:
    """One batch; `timestamp` None is now, `producer` is (id, epoch, base sequence), `deltas` are
    offset deltas other than the index.

    `compression` compresses, while the low bits of `attributes` only claim it. `wrong` overrides
    base_offset, length, leader_epoch, magic, crc, last_delta, count, max_timestamp.
    """
    allowed = {"base_offset", "length", "leader_epoch", "magic", "crc", "last_delta", "count"}
    assert set(wrong) <= allowed | {"max_timestamp"}, wrong
    at = now() if timestamp is None else timestamp
    body = b"".join(
        _record(one, (deltas or {}).get(index, index)) for index, one in enumerate(records)
    )
    rest = struct.pack(
        ">hiqqqhii",
        attributes | compression,
        wrong.get("last_delta", len(records) - 1),
        at,
        wrong.get("max_timestamp", at),
        *producer,
        wrong.get("count", len(records)),
    ) + _compress(compression, body)
    crc = wrong.get("crc", crc32c.crc32c(rest))
    head = struct.pack(">ibI", wrong.get("leader_epoch", -1), wrong.get("magic", 2), crc)
    length = wrong.get("length", len(head) + len(rest))
    result = Batch(struct.pack(">qi", wrong.get("base_offset", 0), length) + head + rest)
    result.about = {"records": [_shown(one) for one in records], **wrong}
    if compression:
        result.about["compression"] = CODECS[compression]
    if attributes:
        result.about["attributes"] = attributes
    if timestamp is not None:
        result.about["timestamp"] = timestamp
    if deltas:
        result.about["deltas"] = [list(pair) for pair in deltas.items()]
    if producer != (-1, -1, -1):
        names = ("producer_id", "producer_epoch", "base_sequence")
        result.about.update(zip(names, producer, strict=True))
    return result


def packed(plain: Batch, how: str, pack: Callable[[bytes], bytes]) -> Batch:
    """The batch with its records packed by `pack`, for other framings than `compression=` writes;
    `how` is what recordings show. The attributes must claim the kind."""
    head, body = bytes(plain[:_HEADER_BYTES]), pack(bytes(plain[_HEADER_BYTES:]))
    crc = struct.pack(">I", crc32c.crc32c(head[21:] + body))
    length = struct.pack(">i", _HEADER_BYTES - 12 + len(body))
    result = Batch(head[:8] + length + head[12:17] + crc + head[21:] + body)
    result.about = {**plain.about, "packed": how}
    return result


def old_message(value: bytes, magic: int) -> Batch:
    """A message set of one message in the formats before batches: magic 0 or 1."""
    at = struct.pack(">q", now()) if magic else b""
    body = struct.pack(">bb", magic, 0) + at + struct.pack(">ii", -1, len(value)) + value
    body = struct.pack(">I", zlib.crc32(body)) + body
    result = Batch(struct.pack(">qi", 0, len(body)) + body)
    result.about = {"records": [_shown(value)], "magic": magic}
    return result


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def read_batches(data: bytes) -> list[Message]:
    """The batches in a records field; a last one that is cut short is `{"cut": bytes}`."""
    found: list[Message] = []
    position = 0
    while len(data) - position >= 12:
        base_offset, length = struct.unpack_from(">qi", data, position)
        end = position + 12 + length
        if length < 9 or end > len(data):
            break
        found.append(_read_batch(base_offset, data[position + 12 : end]))
        position = end
    if position < len(data):
        found.append({"cut": len(data) - position})
    return found


def _record(record: Record, delta: int) -> bytes:
    key, value, headers = (*record, [])[:3] if isinstance(record, tuple) else (None, record, [])
    body = b"\0" + zigzag(0) + zigzag(delta) + _sized(key) + _sized(value) + zigzag(len(headers))
    for name, content in headers:
        body += _sized(name) + _sized(content)
    return zigzag(len(body)) + body


def _sized(value: bytes | None) -> bytes:
    return zigzag(-1) if value is None else zigzag(len(value)) + value


def _shown(record: Record) -> Any:
    if isinstance(record, tuple):
        return [_shown(one) for one in record[:2]]
    if record is None:
        return None
    if len(record) > _SHOWN_BYTES:
        return f"<{len(record)} bytes>"
    text = record.decode(errors="replace")
    return text if text.isprintable() else "0x" + record.hex()


def _compress(codec: int, body: bytes) -> bytes:
    if codec == GZIP:
        return gzip.compress(body, mtime=0)
    if codec == SNAPPY:  # one block of the framing that Java's snappy streams write
        block = bytes(cramjam.snappy.compress_raw(body))
        return _XERIAL + struct.pack(">iii", 1, 1, len(block)) + block
    if codec == LZ4:
        return bytes(lz4.frame.compress(body, content_checksum=False, block_linked=False))
    return zstandard.ZstdCompressor().compress(body) if codec == ZSTD else body


def _decompress(codec: int, body: bytes) -> bytes:
    if codec == GZIP:
        return gzip.decompress(body)
    if codec == SNAPPY:
        if not body.startswith(_XERIAL):
            return bytes(cramjam.snappy.decompress_raw(body))
        reader, out = Reader(body[16:]), b""
        while reader.left():
            out += bytes(cramjam.snappy.decompress_raw(reader.take(reader.fixed(">i"))))
        return out
    if codec == LZ4:
        return bytes(lz4.frame.decompress(body))
    if codec == ZSTD:
        return zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body)).read()
    return body


def _read_batch(base_offset: int, data: bytes) -> Message:
    leader_epoch, magic = struct.unpack_from(">ib", data)
    if magic != 2:
        return {"base_offset": base_offset, "magic": magic}
    if len(data) < 49:
        return {"base_offset": base_offset, "leader_epoch": leader_epoch, "header": "cut"}
    (crc,) = struct.unpack_from(">I", data, 5)
    values = struct.unpack_from(">hiqqqhii", data, 9)
    attributes, last_delta, base_time, max_time, producer_id, epoch, sequence, count = values
    found: Message = {
        "base_offset": base_offset,
        "leader_epoch": leader_epoch,
        "crc": "good" if crc == crc32c.crc32c(data[9:]) else "bad",
        "attributes": attributes,
        "last_offset_delta": last_delta,
        "base_timestamp": base_time,
        "max_timestamp": max_time,
        "producer_id": producer_id,
        "producer_epoch": epoch,
        "base_sequence": sequence,
    }
    try:
        body = _decompress(attributes & 7, data[49:])
        found["records"] = _read_records(Reader(body), count, base_offset, attributes)
    except (ShortError, ValueError, OSError, RuntimeError, EOFError, zlib.error, *_CODEC_ERRORS):
        found["records"] = "unreadable"
    return found


def _read_records(reader: Reader, count: int, base_offset: int, attributes: int) -> list[Message]:
    found = []
    for _ in range(count):
        reader.varint(), reader.take(1)
        time_delta, delta = reader.varint(), reader.varint()
        key, value = _read_sized(reader), _read_sized(reader)
        headers = [[_read_sized(reader), _read_sized(reader)] for _ in range(reader.varint())]
        one: Message = {"offset": base_offset + delta, "timestamp_delta": time_delta}
        if attributes & CONTROL:
            kind = struct.unpack(">hh", key or b"\0\0\xff\xff")[1]
            one["control"] = {0: "abort", 1: "commit"}.get(kind, f"type {kind}")
            one["control_value"] = (value or b"").hex()
        else:
            one.update(key=key, value=value)
            if headers:
                one["headers"] = headers
        found.append(one)
    return found


def _read_sized(reader: Reader) -> bytes | None:
    size = reader.varint()
    return None if size < 0 else reader.take(size)
