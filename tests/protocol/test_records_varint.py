"""Zigzag varints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records.varint import (
    OverlongVarint,
    encode_varint,
    read_varint,
    read_varlong,
)


@pytest.mark.parametrize(
    ("number", "data"),
    [
        (0, "00"),
        (-1, "01"),
        (1, "02"),
        (-64, "7f"),
        (64, "8001"),
        (1023, "fe0f"),
        (2**31 - 1, "feffffff0f"),
        (-(2**31), "ffffffff0f"),
        (-(2**63), "ff" * 9 + "01"),
    ],
)
def test_known_values(number, data):
    assert encode_varint(number).hex() == data


@given(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1))
def test_round_trip(small, large):
    data = b"x" + encode_varint(small) + encode_varint(large)
    found, position = read_varint(data, 1)
    assert found == small
    assert read_varlong(data, position) == (large, len(data))


def test_high_bits_of_the_last_byte_are_dropped():
    assert read_varint(b"\x8e\x80\x80\x80\x40", 0) == (7, 5)


@pytest.mark.parametrize(("read", "most"), [(read_varint, 5), (read_varlong, 10)])
def test_overlong_and_cut_short(read, most):
    assert read(b"\x80" * (most - 1) + b"\0", 0) == (0, most)
    with pytest.raises(OverlongVarint):
        read(b"\x80" * most + b"\0", 0)
    with pytest.raises(ProtocolError, match="cut short"):
        read(b"\x80" * (most - 1), 0)
