"""Unsigned varints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.varints import read_uvarint, write_uvarint


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        (0, b"\x00"),
        (127, b"\x7f"),
        (128, b"\x80\x01"),
        (300, b"\xac\x02"),
        (16_383, b"\xff\x7f"),
        (16_384, b"\x80\x80\x01"),
        (0x7FFFFFFF, b"\xff\xff\xff\xff\x07"),
    ],
)
def test_seven_bits_per_byte_lowest_first(value: int, raw: bytes) -> None:
    out = bytearray()
    write_uvarint(out, value)
    assert bytes(out) == raw
    assert read_uvarint(b"?" + raw + b"?", 1) == (value, 1 + len(raw))


@given(st.integers(0, 0x7FFFFFFF))
def test_every_number_round_trips(value: int) -> None:
    out = bytearray()
    write_uvarint(out, value)
    assert read_uvarint(out, 0) == (value, len(out))


def test_a_number_that_ends_early_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        read_uvarint(b"\x80\x80", 0)


@pytest.mark.parametrize("raw", [b"\x80\x80\x80\x80\x80\x01", b"\xff\xff\xff\xff\x0f", b"\xff" * 9])
def test_more_than_31_bits_are_refused(raw: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_uvarint(raw, 0)
