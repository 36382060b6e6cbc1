"""New ids."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from wirekafka.random_ids import random_uuid, random_uuid_text


def test_none_begins_with_a_minus(monkeypatch: pytest.MonkeyPatch) -> None:
    firsts: Iterator[int] = iter(range(256))
    monkeypatch.setattr(secrets, "token_bytes", lambda size: bytes([next(firsts)] + [7] * 15))
    drawn = [random_uuid_text() for _ in range(252)]
    assert {text[0] for text in drawn} == set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    )


def test_they_are_16_bytes_and_differ() -> None:
    assert len(random_uuid()) == 16
    assert random_uuid() != random_uuid()
