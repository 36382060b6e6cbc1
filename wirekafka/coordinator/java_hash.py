"""Java's `String.hashCode`: it decides who coordinates a group, and ties between its protocols.

Clients never compute it, but the records of a group must lie in the partition in which Kafka would
look for them, so that a log directory can change hands.

Source: `java.lang.String` and `java.util.HashMap`; `Utils.abs` and
`GroupCoordinatorService.partitionFor` of Kafka 4.3.
"""

from __future__ import annotations

from array import array
from functools import lru_cache

CACHED_KEYS = 4096
"""Group ids whose partition is remembered: hashing one costs a few µs, each request needs it."""

_MIN_INT = -(1 << 31)
_BUCKETS = 16


def java_string_hash(text: str) -> int:
    """The signed 32 bit hash over the UTF-16 code units of `text`."""
    units = array("H", text.encode("utf-16-le", "surrogatepass"))
    value = 0
    for unit in units:
        value = (31 * value + unit) & 0xFFFFFFFF
    return value - (1 << 32) if value & 0x80000000 else value


def java_map_order(key: str) -> int:
    """Where Java's HashMap of up to 12 keys, 16 buckets, shows `key` when iterated over."""
    value = java_string_hash(key) & 0xFFFFFFFF
    return (value ^ value >> 16) & (_BUCKETS - 1)


@lru_cache(maxsize=CACHED_KEYS)
def partition_for(key: str, partition_count: int) -> int:
    """The partition of the internal topic that keeps `key` (a group id, a transactional id)."""
    value = java_string_hash(key)
    return 0 if value == _MIN_INT else abs(value) % partition_count
