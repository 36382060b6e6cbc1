"""XXH3, the 64-bit hash that Kafka makes of a group's topics.

Only what that needs: seed 0, the default secret, any length. Pure Python: about 3 us for a short
input and 0.1 ms per KiB for a long one; a topic is hashed when it changes.

Source: the specification of xxHash (XXH3, version 0.1.1); Kafka uses hash4j's.
"""

from __future__ import annotations

import struct

_SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
    "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
    "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
    "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
    "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)
"""The default secret, 192 bytes."""

_M32 = 0xFFFFFFFF
_M64 = 0xFFFFFFFFFFFFFFFF
_PRIME32 = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)
_PRIME64 = (
    0x9E3779B185EBCA87,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5,
)
_PRIME_MX1 = 0x165667919E3779F9
_PRIME_MX2 = 0x9FB21C651E98DF25

_STRIPE_BYTES = 64
_STRIPES_PER_BLOCK = 16
_MID_BYTES = 240
_LANES = struct.Struct("<8Q")


def xxh3_64(data: bytes) -> int:
    """The hash as an unsigned number of 64 bits."""
    length = len(data)
    if length > _MID_BYTES:
        return _hash_long(data)
    if length > 128:
        return _hash_129_to_240(data)
    if length > 16:
        return _hash_17_to_128(data)
    return _hash_0_to_16(data)


def _hash_0_to_16(data: bytes) -> int:
    length = len(data)
    if length > 8:
        low = _u64(data, 0) ^ _u64(_SECRET, 24) ^ _u64(_SECRET, 32)
        high = _u64(data, length - 8) ^ _u64(_SECRET, 40) ^ _u64(_SECRET, 48)
        swapped = int.from_bytes(low.to_bytes(8, "little"), "big")
        return _avalanche((length + swapped + high + _fold(low, high)) & _M64)
    if length >= 4:
        value = _u32(data, length - 4) | _u32(data, 0) << 32
        value ^= _u64(_SECRET, 8) ^ _u64(_SECRET, 16)
        value ^= _rotated(value, 49) ^ _rotated(value, 24)
        value = value * _PRIME_MX2 & _M64
        value = (value ^ ((value >> 35) + length)) * _PRIME_MX2 & _M64
        return value ^ value >> 28
    if length:
        value = data[0] << 16 | data[length >> 1] << 24 | data[-1] | length << 8
        return _avalanche_xxh64(value ^ _u32(_SECRET, 0) ^ _u32(_SECRET, 4))
    return _avalanche_xxh64(_u64(_SECRET, 56) ^ _u64(_SECRET, 64))


def _hash_17_to_128(data: bytes) -> int:
    length = len(data)
    total = length * _PRIME64[0]
    for index in range((length - 1) // 32 + 1):
        total += _mix(data, 16 * index, 32 * index)
        total += _mix(data, length - 16 * (index + 1), 32 * index + 16)
    return _avalanche(total & _M64)


def _hash_129_to_240(data: bytes) -> int:
    length = len(data)
    total = length * _PRIME64[0] + sum(_mix(data, 16 * i, 16 * i) for i in range(8))
    total = _avalanche(total & _M64)
    total += sum(_mix(data, 16 * i, 16 * (i - 8) + 3) for i in range(8, length // 16))
    total += _mix(data, length - 16, 136 - 17)
    return _avalanche(total & _M64)


def _hash_long(data: bytes) -> int:
    length = len(data)
    lanes = [
        _PRIME32[2],
        _PRIME64[0],
        _PRIME64[1],
        _PRIME64[2],
        _PRIME64[3],
        _PRIME32[1],
        _PRIME64[4],
        _PRIME32[0],
    ]
    scrambling = _LANES.unpack_from(_SECRET, len(_SECRET) - _STRIPE_BYTES)
    for number in range((length - 1) // _STRIPE_BYTES):
        stripe = number % _STRIPES_PER_BLOCK
        _accumulate(lanes, data, number * _STRIPE_BYTES, 8 * stripe)
        if stripe == _STRIPES_PER_BLOCK - 1:
            for lane, key in enumerate(scrambling):
                value = lanes[lane]
                lanes[lane] = ((value ^ value >> 47) ^ key) * _PRIME32[0] & _M64
    _accumulate(lanes, data, length - _STRIPE_BYTES, len(_SECRET) - _STRIPE_BYTES - 7)
    total = length * _PRIME64[0]
    for pair in range(4):
        low = lanes[2 * pair] ^ _u64(_SECRET, 11 + 16 * pair)
        high = lanes[2 * pair + 1] ^ _u64(_SECRET, 19 + 16 * pair)
        total += _fold(low, high)
    return _avalanche(total & _M64)


def _accumulate(lanes: list[int], data: bytes, position: int, secret: int) -> None:
    """Take in one stripe."""
    values = _LANES.unpack_from(data, position)
    for lane, (value, key) in enumerate(
        zip(values, _LANES.unpack_from(_SECRET, secret), strict=True)
    ):
        keyed = value ^ key
        lanes[lane ^ 1] = lanes[lane ^ 1] + value & _M64
        lanes[lane] = lanes[lane] + (keyed & _M32) * (keyed >> 32) & _M64


def _mix(data: bytes, position: int, secret: int) -> int:
    return _fold(
        _u64(data, position) ^ _u64(_SECRET, secret),
        _u64(data, position + 8) ^ _u64(_SECRET, secret + 8),
    )


def _fold(left: int, right: int) -> int:
    product = left * right
    return (product & _M64) ^ product >> 64


def _avalanche(value: int) -> int:
    value = (value ^ value >> 37) * _PRIME_MX1 & _M64
    return value ^ value >> 32


def _avalanche_xxh64(value: int) -> int:
    value = (value ^ value >> 33) * _PRIME64[1] & _M64
    value = (value ^ value >> 29) * _PRIME64[2] & _M64
    return value ^ value >> 32


def _rotated(value: int, bits: int) -> int:
    return (value << bits | value >> 64 - bits) & _M64


def _u32(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 4], "little")


def _u64(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 8], "little")
