"""Record batches of the suite against those of the broker, and reading what is broken."""

from __future__ import annotations

import pytest
from wirekafka_protocol.records.batch import read_header

from compat.wire.batches import GZIP, LZ4, NONE, SNAPPY, ZSTD, batch, old_message, read_batches

RECORDS = (b"a", (b"k", b"v"), (b"k", None, [(b"h", b"x"), (b"n", None)]))


@pytest.mark.parametrize("compression", [NONE, GZIP, SNAPPY, LZ4, ZSTD])
def test_records_come_back_from_every_compression(compression):
    (found,) = read_batches(batch(*RECORDS, compression=compression, timestamp=5))
    assert found["crc"] == "good"
    assert found["attributes"] == compression
    assert found["records"] == [
        {"offset": 0, "timestamp_delta": 0, "key": None, "value": b"a"},
        {"offset": 1, "timestamp_delta": 0, "key": b"k", "value": b"v"},
        {
            "offset": 2,
            "timestamp_delta": 0,
            "key": b"k",
            "value": None,
            "headers": [[b"h", b"x"], [b"n", None]],
        },
    ]


def test_the_broker_reads_the_same_header():
    data = batch(*RECORDS, timestamp=7, producer=(5, 1, 3))
    header = read_header(data)
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (5, 1, 3)
    assert header.record_count == 3


def test_a_batch_remembers_what_was_asked_for():
    assert batch(b"a", (b"k", None), crc=1).about == {"records": ["a", ["k", None]], "crc": 1}
    assert old_message(b"a", 1).about == {"records": ["a"], "magic": 1}


def test_every_field_can_be_wrong():
    (found,) = read_batches(batch(b"a", crc=1, count=4, base_offset=9))
    assert (found["base_offset"], found["crc"], found["records"]) == (9, "bad", "unreadable")
    assert read_batches(batch(b"a", magic=1)) == [{"base_offset": 0, "magic": 1}]


@pytest.mark.parametrize("length", [-5, 0, 8, 10, 2**31 - 1])
def test_lengths_that_lie_end_the_reading(length):
    assert read_batches(batch(b"a", length=length))


def test_a_cut_batch_is_counted():
    data = batch(b"a")
    assert read_batches(data + data[:20])[-1] == {"cut": 20}


def test_every_truncation_can_be_read():
    data = batch(*RECORDS, compression=SNAPPY)
    for size in range(len(data)):
        assert read_batches(data[:size]) == ([{"cut": size}] if size else [])


def test_claimed_but_false_compression_is_unreadable():
    for codec in (GZIP, SNAPPY, LZ4, ZSTD):
        (found,) = read_batches(batch(b"a", attributes=codec))
        assert found["records"] == "unreadable"
