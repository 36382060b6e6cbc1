"""The `.snapshot` file: a partition's producer state as of the offset in its name.

Big endian: version 1 (int16), CRC-32C of everything behind it (uint32), count (int32), then 46
bytes per producer: producer id int64, epoch int16, last sequence int32, last offset int64, offset
delta int32, timestamp int64, coordinator epoch int32, first offset of the open transaction int64
(-1: none). Only the last batch of a producer is kept, so after a restart only that one is known as
a duplicate, as in Kafka.

Source: Kafka's `ProducerStateManager` and the definition of ProducerSnapshot.
"""

from __future__ import annotations

import struct

from wirekafka_protocol.records.crc import crc32c

from wirekafka_storage.errors import CorruptFile
from wirekafka_storage.producer_state import (
    NO_SEQUENCE,
    ProducedBatch,
    ProducerEntry,
    ProducerState,
)

_VERSION = 1
_HEAD = struct.Struct(">hIi")
_ENTRY = struct.Struct(">qhiqiqiq")
_CRC_END = 6
_SEQUENCES = 2**31


def encode(state: ProducerState | None) -> bytes:
    producers = state.producers if state is not None else {}
    parts = [struct.pack(">i", len(producers))]
    for producer_id, entry in producers.items():
        last = entry.batches[-1] if entry.batches else None
        parts.append(
            _ENTRY.pack(
                producer_id,
                entry.producer_epoch,
                last.last_sequence if last else NO_SEQUENCE,
                last.last_offset if last else -1,
                last.last_offset - last.first_offset if last else 0,
                entry.last_timestamp,
                entry.coordinator_epoch,
                entry.transaction_first_offset,
            )
        )
    body = b"".join(parts)
    return struct.pack(">hI", _VERSION, crc32c(body)) + body


def decode(content: bytes) -> ProducerState:
    """Read a snapshot; CorruptFile when version, CRC or size are wrong."""
    if len(content) < _HEAD.size:
        raise CorruptFile(f"size {len(content)} is too small for a producer snapshot")
    version, crc, count = _HEAD.unpack_from(content)
    if version != _VERSION:
        raise CorruptFile(f"unknown version {version}")
    if crc != crc32c(content[_CRC_END:]):
        raise CorruptFile("the CRC does not match")
    if count < 0 or len(content) != _HEAD.size + count * _ENTRY.size:
        raise CorruptFile(f"size {len(content)} does not fit {count} producers")
    state = ProducerState()
    for fields in _ENTRY.iter_unpack(content[_HEAD.size :]):
        producer_id, epoch, sequence, offset, delta, timestamp, coordinator, first = fields
        entry = ProducerEntry(epoch)
        if sequence != NO_SEQUENCE:
            first_sequence = (sequence - delta) % _SEQUENCES
            entry.add(ProducedBatch(first_sequence, sequence, offset - delta, offset, timestamp))
        entry.last_timestamp = timestamp
        entry.coordinator_epoch = coordinator
        entry.transaction_first_offset = first
        state.restore(producer_id, entry)
    state.sort_transactions()
    return state
