"""Batches that take long to check: large ones that are compressed or to be recompressed, and those
of very many records.

Unfolding 1 MB takes a millisecond or two, packing it three, gzip thirty; walking 10,000 records of
different sizes four, with headers eighteen. Nobody else shall wait for that, so such batches are
checked, and packed anew where the topic asks for it, by the workers; the log gets them on the loop
afterwards, as any batch. What takes less than about a third of a millisecond stays on the loop: a
change of threads, with the copy and the long way that it needs, costs 100 to 200 µs of CPU.

A batch is judged by the rules of the moment at which it came. Batches for acks=0 are checked at
once, however large: such clients close the connection behind their last request, and what waits
behind a request that waits would be lost with it.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wirekafka_protocol.errors import ApiError, ProtocolError
from wirekafka_protocol.messages.produce import PartitionProduceData
from wirekafka_protocol.records.accept import accept_batch
from wirekafka_protocol.records.batch import COMPRESSION_MASK, HEADER_BYTES, BatchHeader
from wirekafka_protocol.records.compression import Compression
from wirekafka_protocol.records.validate import ProduceRules
from wirekafka_protocol.records.varint import read_varint

from wirekafka.partition.partition import Partition

LIGHT_BYTES: Mapping[int, int] = {
    Compression.GZIP: 16 << 10,  # as it came: 110 µs, if it unfolds to twice as much
    Compression.SNAPPY: 64 << 10,  # 90 µs
    Compression.LZ4: 64 << 10,  # 140 µs
    Compression.ZSTD: 32 << 10,  # 140 µs
}
"""Compressed batches up to this size are light."""

LIGHT_PACKED_BYTES: Mapping[int, int] = {
    Compression.GZIP: 8 << 10,  # 200 µs
    Compression.SNAPPY: 64 << 10,  # 150 µs
    Compression.LZ4: 64 << 10,  # 150 µs
    Compression.ZSTD: 32 << 10,  # 190 µs
}
"""Batches to be packed in this codec, of up to this size as they came."""

LIGHT_RECORDS = 1_000
"""Of a batch that is unfolded or packed. Different in size they are walked in 0.4 ms."""

LIGHT_PLAIN_RECORDS = 2_500
"""Of a plain batch whose records differ in size; others are walked in no time. 1 ms."""

_LEAST_BYTES = min(*LIGHT_BYTES.values(), *LIGHT_PACKED_BYTES.values())
_EQUAL_WITHIN_BYTES = 4
"""Records with equal keys and values grow by so much as their offset and time deltas do."""

_ATTRIBUTES_LOW = 22
_RECORD_COUNT = struct.Struct(">i")
_RECORD_COUNT_POSITION = 57

Accepted = tuple[BatchHeader, memoryview] | ApiError
"""What accept_batch returned or raised."""


Checked = Mapping[Partition, Accepted]
NOTHING_CHECKED: Checked = MappingProxyType({})


@dataclass(slots=True, frozen=True)
class HeavyBatch:
    """The batch in `data`, whose records must be nobody else's before the work begins."""

    data: PartitionProduceData
    api_version: int
    rules: ProduceRules
    now_ms: int


def is_large(records: bytes | bytearray | memoryview) -> bool:
    """Whether it has so many bytes or records that it may be heavy. Bytes that are no batch have
    not."""
    if len(records) < HEADER_BYTES:
        return False
    (count,) = _RECORD_COUNT.unpack_from(records, _RECORD_COUNT_POSITION)
    return len(records) > _LEAST_BYTES or count > LIGHT_RECORDS


def is_heavy(records: bytes | bytearray | memoryview, rules: ProduceRules) -> bool:
    """Whether checking the batch would hold up others for longer than a change of threads takes.

    One that is above max.message.bytes is refused before anybody unfolds it.
    """
    size_bytes = len(records)
    if not is_large(records) or size_bytes > rules.max_message_bytes:
        return False
    kind = records[_ATTRIBUTES_LOW] & COMPRESSION_MASK
    target = kind if rules.compression is None else rules.compression
    (count,) = _RECORD_COUNT.unpack_from(records, _RECORD_COUNT_POSITION)
    if kind == target == Compression.NONE:
        return count > LIGHT_PLAIN_RECORDS and not _are_equal_in_size(records, count)
    return (
        count > LIGHT_RECORDS
        or size_bytes > LIGHT_BYTES.get(kind, size_bytes)
        or (target != kind and size_bytes > LIGHT_PACKED_BYTES.get(target, size_bytes))
    )


def _are_equal_in_size(records: bytes | bytearray | memoryview, count: int) -> bool:
    """Whether plain records look as if all were like the first one. A guess is enough."""
    try:
        size_bytes, position = read_varint(records, HEADER_BYTES)
    except ProtocolError:
        return True  # refused at the first record
    all_bytes = (size_bytes + position - HEADER_BYTES) * count
    return abs(len(records) - HEADER_BYTES - all_bytes) <= _EQUAL_WITHIN_BYTES * count


def check_all(batches: Mapping[Partition, HeavyBatch]) -> Checked:
    """Check each batch, in any thread."""
    return {partition: _checked(batch) for partition, batch in batches.items()}


def _checked(batch: HeavyBatch) -> Accepted:
    assert batch.data.records is not None, "it is large"
    records = memoryview(batch.data.records)
    try:
        return accept_batch(records, batch.api_version, batch.rules, batch.now_ms)
    except ApiError as error:
        return error
