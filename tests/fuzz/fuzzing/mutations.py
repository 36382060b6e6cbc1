"""Damaged copies of a byte string, each with the name of the damage.

All are finite and repeat with the state of the `random.Random` that is passed in.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

HUGE_LENGTHS = (
    b"\x7f\xff\xff\xff",  # int32, the largest
    b"\x80\x00\x00\x00",  # int32, the smallest
    b"\xff\xff\xff\xfe",  # int32 -2: a length may be -1 at most
    b"\x7f\xff",  # int16, the largest
    b"\xff\xfe",  # int16 -2
    b"\xff\xff\xff\xff\x07",  # varint 2^31 - 1
    b"\xff\xff\xff\xff\x0f",  # varint 2^32 - 1
    b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",  # a varint longer than any that is allowed
)


def mutations(data: bytes, chance: random.Random, count: int) -> Iterator[tuple[str, bytes]]:
    """(damage, bytes): every truncation, then `count` copies with each other kind of damage."""
    for end in range(len(data)):
        yield "truncated", data[:end]
    for _ in range(count):
        yield "flipped", flipped(data, chance)
        yield "inserted", inserted(data, chance)
        yield "deleted", deleted(data, chance)
        yield "huge length", huge_length(data, chance)


def flipped(data: bytes, chance: random.Random) -> bytes:
    """The data with one to four bytes changed, each in one or in all of its bits."""
    copy = bytearray(data)
    for _ in range(chance.randint(1, 4) if data else 0):
        copy[chance.randrange(len(copy))] ^= chance.choice((1, 2, 4, 8, 16, 32, 64, 128, 255))
    return bytes(copy)


def inserted(data: bytes, chance: random.Random) -> bytes:
    """The data with one to eight random bytes put in at one place."""
    at = chance.randint(0, len(data))
    return data[:at] + chance.randbytes(chance.randint(1, 8)) + data[at:]


def deleted(data: bytes, chance: random.Random) -> bytes:
    """The data without one to eight bytes of one place."""
    at = chance.randint(0, max(0, len(data) - 1))
    return data[:at] + data[at + chance.randint(1, 8) :]


def huge_length(data: bytes, chance: random.Random) -> bytes:
    """The data with a length that cannot be written over one place, or put in there."""
    at = chance.randint(0, len(data))
    length = chance.choice(HUGE_LENGTHS)
    return data[:at] + length + data[at + chance.choice((0, 1, len(length))) :]
