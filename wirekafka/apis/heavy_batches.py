"""Batches that take long to check: compressed or to be recompressed, and large.

Unfolding 1 MB takes a millisecond, walking its 10,000 records ten, gzip thirty. Nobody else shall
wait for that, so such batches are checked, and packed anew where the topic asks for it, by the
workers; the log gets them on the loop afterwards, as any batch. For small ones that would only cost
a change of threads, about 70 µs.

A batch is judged by the rules of the moment at which it came. Batches for acks=0 are checked at
once, however large: such clients close the connection behind their last request, and what waits
behind a request that waits would be lost with it.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.produce import PartitionProduceData
from wirekafka_protocol.records.accept import accept_batch
from wirekafka_protocol.records.batch import COMPRESSION_MASK, HEADER_BYTES, BatchHeader
from wirekafka_protocol.records.validate import ProduceRules

from wirekafka.partition.partition import Partition

LIGHT_BYTES = 16 * 1024
"""As it came. Twice as much unfolds in 40 µs, is packed by lz4 in 25, zstd in 100, gzip in 340."""

LIGHT_RECORDS = 250
"""Walked in about half a millisecond, wherever their sizes differ."""

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
    """Whether it has many bytes or records. Bytes that are no batch have not."""
    if len(records) < HEADER_BYTES:
        return False
    (count,) = _RECORD_COUNT.unpack_from(records, _RECORD_COUNT_POSITION)
    return len(records) > LIGHT_BYTES or count > LIGHT_RECORDS


def is_heavy(records: bytes | bytearray | memoryview, rules: ProduceRules) -> bool:
    """Whether checking the batch would hold up others for longer than a change of threads takes.

    One that is above max.message.bytes is refused before anybody unfolds it.
    """
    return (
        is_large(records)
        and bool(rules.compression or records[_ATTRIBUTES_LOW] & COMPRESSION_MASK)
        and len(records) <= rules.max_message_bytes
    )


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
