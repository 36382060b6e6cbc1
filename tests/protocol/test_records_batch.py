"""The batch header: fields, flags, what may be changed in place, walking a file of batches."""

from __future__ import annotations

import struct

import pytest
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records.batch import (
    ATTRIBUTES_POSITION,
    CRC_POSITION,
    HEADER_BYTES,
    LOG_APPEND_TIME,
    LOG_APPEND_TIME_BIT,
    is_intact,
    iter_batches,
    read_header,
    set_offset_and_epoch,
    stamp_append_time,
)
from wirekafka_protocol.records.record import Record, build_batch, read_records

RECORDS = [Record(5, 1000, b"a", b"1"), Record(6, 3000, None, b"2"), Record(7, 2000, b"c", None)]


def batch(**more) -> bytearray:
    more = {"base_offset": 5, **more}
    return bytearray(build_batch(RECORDS, **more))


def test_header_has_every_field():
    data = batch(
        partition_leader_epoch=4, producer_id=9, producer_epoch=2, base_sequence=11, attributes=0x10
    )
    header = read_header(b"xx" + data, 2)
    assert header._replace(crc=0) == (
        *(5, len(data) - 12, 4, 2, 0, 0x10, 2),
        *(1000, 3000, 9, 2, 11, 3),
    )
    assert header.size_in_bytes == len(data)
    assert (header.last_offset, header.next_offset) == (7, 8)
    assert header.is_transactional
    assert not header.is_control


@pytest.mark.parametrize(
    ("attributes", "flags"),
    [
        (0x00, (0, 0, False, False, None)),
        (0x04, (4, 0, False, False, None)),
        (0x08, (0, 1, False, False, None)),
        (0x10, (0, 0, True, False, None)),
        (0x30, (0, 0, True, True, None)),
        (0x47, (7, 0, False, False, 1000)),
    ],
)
def test_attributes(attributes, flags):
    header = read_header(batch())._replace(attributes=attributes)
    assert flags == (
        header.compression,
        header.timestamp_type,
        header.is_transactional,
        header.is_control,
        header.delete_horizon_ms,
    )
    assert header.has_delete_horizon == (flags[4] is not None)


@pytest.mark.parametrize(("first", "last"), [(-1, -1), (0, 2), (2**31 - 1, 1)])
def test_sequences_wrap_to_zero(first, last):
    assert read_header(batch())._replace(base_sequence=first).last_sequence == last


def test_offset_and_epoch_are_set_outside_of_the_checksum():
    data = bytearray(b"before") + batch() + b"behind"
    set_offset_and_epoch(memoryview(data), 6, 2**40, 77)
    header, view = next(iter_batches(data[6:]))
    assert (header.base_offset, header.partition_leader_epoch) == (2**40, 77)
    assert is_intact(view)
    assert data[:6] + data[-6:] == b"beforebehind"


def test_append_time_replaces_the_largest_time_and_keeps_the_first():
    data = batch()
    stamp_append_time(data, read_header(data), 555)
    header = read_header(data)
    assert header.timestamp_type == LOG_APPEND_TIME
    assert (header.base_timestamp, header.max_timestamp) == (1000, 555)
    assert is_intact(data)
    assert {record.timestamp for record in read_records(data)} == {555}


def test_a_batch_that_was_packed_with_this_append_time_is_left_alone():
    data = batch(attributes=LOG_APPEND_TIME_BIT, max_timestamp=555)
    data[CRC_POSITION] ^= 1  # it would be corrected
    before = bytes(data)
    stamp_append_time(data, read_header(data), 555)
    assert data == before
    stamp_append_time(data, read_header(data), 556)
    assert is_intact(data)
    assert read_header(data).max_timestamp == 556


def test_append_time_clears_the_bits_that_mean_nothing():
    data = batch(attributes=0x10)
    struct.pack_into(">h", data, ATTRIBUTES_POSITION, -(1 << 15) | 0x190)
    stamp_append_time(data, read_header(data), 555)
    assert read_header(data).attributes == LOG_APPEND_TIME_BIT | 0x10
    assert is_intact(data)


def test_every_changed_byte_is_noticed_but_those_that_the_broker_sets():
    data = bytes(batch())
    for at in range(len(data)):
        spoiled = bytearray(data)
        spoiled[at] ^= 0x40
        assert is_intact(spoiled) == (at < 8 or 12 <= at < 16)
    for size in range(len(data)):
        assert not is_intact(data[:size])
    assert not is_intact(data + b"\0")


def test_iteration_stops_before_a_batch_cut_short():
    data = bytes(batch() + batch(base_offset=0))
    whole = len(data) // 2
    for size in range(len(data)):
        found = list(iter_batches(data[:size]))
        assert [header.base_offset for header, _ in found] == [5][: size // whole]
    assert [bytes(view) for _, view in iter_batches(data)] == [data[:whole], data[whole:]]


@pytest.mark.parametrize("magic", [0, 1, 3, -1])
def test_other_magic_is_named(magic):
    data = batch()
    struct.pack_into(">b", data, 16, magic)
    with pytest.raises(ProtocolError, match=f"batch at byte 0 has magic {magic}"):
        list(iter_batches(data))


@pytest.mark.parametrize("length", [0, -1, -13, HEADER_BYTES - 13])
def test_a_length_that_no_batch_has_is_an_error(length):
    data = batch()
    struct.pack_into(">i", data, 8, length)
    with pytest.raises(ProtocolError, match="says it has"):
        list(iter_batches(data))
