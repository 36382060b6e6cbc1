"""Kafka's text form of ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wirekafka_protocol.uuids import ONE_UUID, ZERO_UUID, uuid_from_text, uuid_text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (ZERO_UUID, "AAAAAAAAAAAAAAAAAAAAAA"),
        (ONE_UUID, "AAAAAAAAAAAAAAAAAAAAAQ"),
        (bytes([0xFB, 0xFF, 0xFE]) + bytes(13), "-__-AAAAAAAAAAAAAAAAAA"),
    ],
)
def test_the_text_is_22_characters_of_url_safe_base64(raw: bytes, text: str) -> None:
    assert uuid_text(raw) == text
    assert uuid_from_text(text) == raw


@given(st.binary(min_size=16, max_size=16))
def test_every_id_round_trips(raw: bytes) -> None:
    assert uuid_from_text(uuid_text(raw)) == raw


@pytest.mark.parametrize(
    "text", ["", "AAAA", "A" * 21, "A" * 23, "A" * 21 + "!", "A" * 20 + "==", "é" * 22]
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="uuid"):
        uuid_from_text(text)
