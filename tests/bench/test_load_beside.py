"""The batches that are sent beside tiny requests."""

from __future__ import annotations

import lz4.frame
from wirekafka_protocol.records.compression import Compression
from wirekafka_protocol.records.record import read_records

from bench import wire
from bench.load_beside import text_values


def test_values_are_the_same_for_the_same_seed_and_of_about_the_size():
    values = text_values(200, 1_000, seed=3)
    assert values == text_values(200, 1_000, seed=3) != text_values(200, 1_000, seed=4)
    sizes = [len(value) for value in values]
    assert min(sizes) >= 500
    assert max(sizes) < 1_500
    assert 900 < sum(sizes) / len(sizes) < 1_100


def test_they_compress_as_logs_do():
    data = b"".join(text_values(200, 1_000, seed=3))
    assert 1.5 < len(data) / len(lz4.frame.compress(data)) < 6


def test_a_compressed_batch_with_keys_holds_them():
    keys, values = [b"k1", b"k2"], [b"v" * 500, b"w"]
    for compression in (wire.NONE, wire.LZ4):
        batch = wire.record_batch(values, keys, compression=compression)
        assert [(record.key, record.value) for record in read_records(batch)] == list(
            zip(keys, values, strict=True)
        )
    assert wire.LZ4 == Compression.LZ4
