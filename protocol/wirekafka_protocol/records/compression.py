"""The compressions of a record batch: attribute bits 0 to 2.

Each codec is imported when first used. Decompressing is bounded: a batch that unfolds to more than
`limit_bytes` is refused instead of filling the memory (Kafka streams instead and has no bound).
We write what Kafka's Java classes write: gzip with its default level, xerial-framed snappy with
32 KiB blocks, lz4 frames with independent 64 KiB blocks, zstd frames. We read what they read, which
includes bare snappy blocks, and refuse lz4 frames with linked blocks as they do.
Source: `org.apache.kafka.common.compress`, KIP-110 (zstd), the LZ4 frame and snappy-java formats.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from enum import IntEnum

from wirekafka_protocol.errors import ProtocolError

MAX_DECOMPRESSED_BYTES = 256 * 1024 * 1024
"""Two hundred times the default message.max.bytes, and still no danger to a small machine."""


class Compression(IntEnum):
    """The codec that the attributes of a batch name."""

    NONE = 0
    GZIP = 1
    SNAPPY = 2
    LZ4 = 3
    ZSTD = 4


class CompressionError(ProtocolError):
    """Compressed bytes that are not what they claim to be, or that unfold beyond the limit."""


Data = bytes | bytearray | memoryview

_XERIAL_MAGIC = b"\x82SNAPPY\x00"
_XERIAL_HEADER = struct.Struct(">8sii")  # magic, version, lowest compatible version
_XERIAL_VERSION = 1
_XERIAL_BLOCK_BYTES = 32 * 1024
_LZ4_MAGIC = b"\x04\x22\x4d\x18"
_LZ4_INDEPENDENT_BLOCKS = 0x20
_LZ4_DEFAULT_LEVEL = 9  # of compression.lz4.level
_GZIP_WINDOW = 31  # zlib's notation for "gzip header and trailer, 32 KiB window"
_ZSTD_STEP_BYTES = 1024  # one step of input unfolds to at most 32 MiB (blocks of one repeated byte)


def compress(kind: int, data: Data, level: int | None = None) -> bytes:
    """Data in the codec's framing; level None is the codec's default."""
    return _COMPRESSORS[Compression(kind)](data, level)


def decompress(kind: int, data: Data, limit_bytes: int = MAX_DECOMPRESSED_BYTES) -> bytes:
    """The plain bytes. Raises CompressionError; an unknown kind is one, too."""
    decompressor = _DECOMPRESSORS.get(kind)
    if decompressor is None:
        raise CompressionError(f"unknown compression type {kind}")
    return decompressor(data, limit_bytes)


def _too_large(limit_bytes: int) -> CompressionError:
    return CompressionError(f"batch unfolds to more than {limit_bytes} bytes")


def _keep(data: Data, level: int | None) -> bytes:
    return bytes(data)


def _kept(data: Data, limit_bytes: int) -> bytes:
    return bytes(data)


def _gzip(data: Data, level: int | None) -> bytes:
    codec = zlib.compressobj(-1 if level is None else level, zlib.DEFLATED, _GZIP_WINDOW)
    return codec.compress(data) + codec.flush()


def _gunzip(data: Data, limit_bytes: int) -> bytes:
    parts: list[bytes] = []
    left = limit_bytes
    rest = bytes(data)
    while rest:
        codec = zlib.decompressobj(_GZIP_WINDOW)
        try:
            part = codec.decompress(rest, left + 1)
        except zlib.error as error:
            if parts:
                break  # java.util.zip.GZIPInputStream ignores what follows the last good member
            raise CompressionError(f"gzip: {error}") from None
        left -= len(part)
        if left < 0:
            raise _too_large(limit_bytes)
        if not codec.eof:
            raise CompressionError("gzip: cut short")
        parts.append(part)
        rest = codec.unused_data
    if not parts:
        raise CompressionError("gzip: no data")
    return b"".join(parts)


def _snappy(data: Data, level: int | None) -> bytes:
    import snappy

    view = memoryview(data)
    parts = [_XERIAL_HEADER.pack(_XERIAL_MAGIC, _XERIAL_VERSION, _XERIAL_VERSION)]
    for start in range(0, len(view), _XERIAL_BLOCK_BYTES):
        block = snappy.compress(bytes(view[start : start + _XERIAL_BLOCK_BYTES]))
        parts += (struct.pack(">i", len(block)), block)
    return b"".join(parts)


def _unsnappy(data: Data, limit_bytes: int) -> bytes:
    data = bytes(data)
    if not data.startswith(_XERIAL_MAGIC):
        return _unsnappy_block(data, limit_bytes, limit_bytes)
    position = _XERIAL_HEADER.size
    if len(data) < position:
        raise CompressionError("snappy: header cut short")
    parts = []
    left = limit_bytes
    while position < len(data):
        if data.startswith(_XERIAL_MAGIC, position):  # concatenated streams are legal
            position += _XERIAL_HEADER.size
            continue
        size = int.from_bytes(data[position : position + 4], "big", signed=True)
        position += 4
        if size < 0 or position + size > len(data):
            raise CompressionError(f"snappy: block of {size} bytes at {position} of {len(data)}")
        part = _unsnappy_block(data[position : position + size], left, limit_bytes)
        parts.append(part)
        left -= len(part)
        position += size
    return b"".join(parts)


def _unsnappy_block(block: bytes, left: int, limit_bytes: int) -> bytes:
    import snappy

    # The block begins with its plain length, an unsigned varint of 32 bits at most.
    plain_bytes = 0
    for index, byte in enumerate(block[:5]):
        plain_bytes |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            break
    else:
        raise CompressionError("snappy: no plain length")
    if plain_bytes > left:
        raise _too_large(limit_bytes)
    try:
        return bytes(snappy.uncompress(block))
    except Exception as error:  # the codec's exception class differs between its releases
        raise CompressionError(f"snappy: {error}") from None


def _lz4(data: Data, level: int | None) -> bytes:
    """Kafka compresses fast at the default level, 9, and thoroughly at any other."""
    import lz4.frame

    is_fast = level is None or level == _LZ4_DEFAULT_LEVEL
    packed = lz4.frame.compress(
        data,
        compression_level=0 if is_fast else max(level or 0, lz4.frame.COMPRESSIONLEVEL_MINHC),
        block_size=lz4.frame.BLOCKSIZE_MAX64KB,
        block_linked=False,  # Kafka's reader knows independent blocks only
        store_size=False,
    )
    return bytes(packed)


def _unlz4(data: Data, limit_bytes: int) -> bytes:
    import lz4.frame

    data = bytes(data)
    if not data.startswith(_LZ4_MAGIC) or len(data) < 5:
        raise CompressionError("lz4: not a frame")
    if not data[4] & _LZ4_INDEPENDENT_BLOCKS:
        raise CompressionError("lz4: frame with linked blocks, which Kafka does not read")
    codec = lz4.frame.LZ4FrameDecompressor()
    try:
        plain = bytes(codec.decompress(data, max_length=limit_bytes + 1))
    except RuntimeError as error:
        raise CompressionError(f"lz4: {error}") from None
    if len(plain) > limit_bytes:
        raise _too_large(limit_bytes)
    if not codec.eof:
        raise CompressionError("lz4: cut short")
    return plain


def _zstd(data: Data, level: int | None) -> bytes:
    import zstandard

    # Without the plain size in the frame header, as Kafka's stream writes it.
    codec = zstandard.ZstdCompressor(3 if level is None else level, write_content_size=False)
    return codec.compress(data)


def _unzstd(data: Data, limit_bytes: int) -> bytes:
    import zstandard

    context = zstandard.ZstdDecompressor()
    codec = context.decompressobj()
    parts: list[bytes] = []
    left = limit_bytes
    view = memoryview(data)
    position = 0
    try:
        while position < len(view):
            if codec.eof:  # another frame follows
                codec = context.decompressobj()
            step = view[position : position + _ZSTD_STEP_BYTES]
            part = codec.decompress(step)
            position += len(step) - len(codec.unused_data)
            left -= len(part)
            if left < 0:
                raise _too_large(limit_bytes)
            parts.append(part)
    except zstandard.ZstdError as error:
        raise CompressionError(f"zstd: {error}") from None
    if len(view) and not codec.eof:  # nothing at all is no frame and no error
        raise CompressionError("zstd: cut short")
    return b"".join(parts)


_COMPRESSORS: dict[Compression, Callable[[Data, int | None], bytes]] = {
    Compression.NONE: _keep,
    Compression.GZIP: _gzip,
    Compression.SNAPPY: _snappy,
    Compression.LZ4: _lz4,
    Compression.ZSTD: _zstd,
}
_DECOMPRESSORS: dict[int, Callable[[Data, int], bytes]] = {
    Compression.NONE: _kept,
    Compression.GZIP: _gunzip,
    Compression.SNAPPY: _unsnappy,
    Compression.LZ4: _unlz4,
    Compression.ZSTD: _unzstd,
}
