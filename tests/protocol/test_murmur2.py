"""Hashes of keys: the values that Java's own tests of `Utils.murmur2` expect."""

from __future__ import annotations

import pytest
from wirekafka_protocol.murmur2 import murmur2


@pytest.mark.parametrize(
    ("key", "hashed"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_known_hashes(key: bytes, hashed: int) -> None:
    assert murmur2(key) == hashed % (1 << 32)
