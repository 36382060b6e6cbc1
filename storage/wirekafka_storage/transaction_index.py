"""The aborted transactions whose marker is in one segment.

On disk: entries of 34 bytes, big endian: version 0 (int16), producer id, first offset, last offset
(that of the marker), last stable offset at the time the marker was written (int64 each). Ordered
by last offset. A segment without aborted transactions has no such file.

Source: Kafka's `TransactionIndex` and `AbortedTxn`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

from wirekafka_storage.errors import CorruptFile

_ENTRY = struct.Struct(">hqqqq")
ENTRY_BYTES = _ENTRY.size


class AbortedTransaction(NamedTuple):
    """One aborted transaction; `last_offset` is the offset of its abort marker."""

    producer_id: int
    first_offset: int
    last_offset: int
    last_stable_offset: int


def encode(transactions: Iterable[AbortedTransaction]) -> bytes:
    return b"".join([_ENTRY.pack(0, *transaction) for transaction in transactions])


def decode(content: bytes, *, base_offset: int) -> list[AbortedTransaction]:
    """Read an index file; CorruptFile when an entry cannot belong to the segment."""
    if len(content) % ENTRY_BYTES:
        raise CorruptFile(f"size {len(content)} is no multiple of {ENTRY_BYTES}")
    found: list[AbortedTransaction] = []
    for version, *fields in _ENTRY.iter_unpack(content):
        transaction = AbortedTransaction(*fields)
        if version != 0:
            raise CorruptFile(f"unknown version {version}")
        previous = found[-1].last_offset if found else base_offset - 1
        if transaction.last_offset <= previous:
            raise CorruptFile(f"last offset {transaction.last_offset} is not above {previous}")
        found.append(transaction)
    return found
