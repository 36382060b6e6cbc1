"""Codecs: round trips, limits, framings that others write, spoiled bytes."""

from __future__ import annotations

import gzip
import struct
from contextlib import suppress

import lz4.frame
import pytest
import snappy
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from wirekafka_protocol.records.compression import (
    Compression,
    CompressionError,
    compress,
    decompress,
)

CODECS = [codec for codec in Compression if codec]


@settings(max_examples=25)
@given(st.binary(max_size=5000), st.sampled_from(list(Compression)), st.integers(1, 40))
def test_round_trip(data, codec, times):
    assert decompress(codec, compress(codec, data * times)) == data * times


@pytest.mark.parametrize("codec", CODECS)
def test_levels_are_accepted(codec):
    data = bytes(range(256)) * 100
    assert decompress(codec, compress(codec, data, 1)) == data


@pytest.mark.parametrize("codec", CODECS)
def test_a_bomb_is_refused(codec):
    bomb = compress(codec, bytes(3_000_000))
    assert len(decompress(codec, bomb, 3_000_000)) == 3_000_000
    with pytest.raises(CompressionError, match="more than 2999999 bytes"):
        decompress(codec, bomb, 2_999_999)


@pytest.mark.parametrize("codec", CODECS)
def test_every_truncation_is_an_error_or_less(codec):
    data = bytes(range(256)) * 3
    packed = compress(codec, data)
    for size in range(len(packed)):
        with suppress(CompressionError):
            assert len(decompress(codec, packed[:size])) < len(data)


@settings(max_examples=200)
@given(st.data(), st.sampled_from(CODECS))
def test_spoiled_bytes_are_an_error_or_other_bytes(data, codec):
    packed = bytearray(compress(codec, b"some text, some more text" * 30))
    for _ in range(data.draw(st.integers(1, 3))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    with suppress(CompressionError):
        decompress(codec, packed, 100_000)


@pytest.mark.parametrize("codec", [5, 6, 7])
def test_unknown_codec(codec):
    with pytest.raises(CompressionError, match=f"unknown compression type {codec}"):
        decompress(codec, b"")


def test_snappy_is_written_in_xerial_blocks_of_32_kib():
    data = bytes(range(256)) * 300
    packed = compress(Compression.SNAPPY, data)
    assert packed[:16] == b"\x82SNAPPY\0" + struct.pack(">ii", 1, 1)
    sizes = []
    position = 16
    while position < len(packed):
        size = int.from_bytes(packed[position : position + 4], "big")
        sizes.append(len(snappy.uncompress(packed[position + 4 : position + 4 + size])))
        position += 4 + size
    assert sizes == [32768, 32768, 11264]


def test_bare_snappy_is_read():
    assert decompress(Compression.SNAPPY, snappy.compress(b"abc" * 100)) == b"abc" * 100


def test_lz4_frame_is_what_kafka_reads():
    packed = compress(Compression.LZ4, bytes(200_000))
    info = lz4.frame.get_frame_info(packed)
    assert not info["block_linked"]
    assert info["block_size"] == 65536


def test_lz4_with_linked_blocks_is_refused_as_kafka_does():
    packed = lz4.frame.compress(bytes(200_000), block_linked=True, block_size=4, store_size=False)
    with pytest.raises(CompressionError, match="linked"):
        decompress(Compression.LZ4, packed)


@pytest.mark.parametrize(
    ("codec", "packed"),
    [
        (Compression.GZIP, gzip.compress(b"one", mtime=0) + gzip.compress(b"two", mtime=0)),
        (Compression.ZSTD, zstandard.compress(b"one") + zstandard.compress(b"two")),
        (
            Compression.SNAPPY,
            compress(Compression.SNAPPY, b"one") + compress(Compression.SNAPPY, b"two"),
        ),
    ],
)
def test_streams_in_a_row_are_read(codec, packed):
    assert decompress(codec, packed) == b"onetwo"


def test_lz4_is_fast_at_the_default_level_and_thorough_at_all_others():
    # Kafka's Lz4BlockOutputStream chooses its compressor so.
    text = b"".join(b"%d is the number of this line, in many words\n" % i for i in range(2_000))
    packed = {level: compress(Compression.LZ4, text, level) for level in (None, 1, 2, 9, 12)}
    assert packed[9] == packed[None]
    assert all(len(packed[level]) < len(packed[9]) for level in (1, 2, 12))
    assert all(decompress(Compression.LZ4, one) == text for one in packed.values())
