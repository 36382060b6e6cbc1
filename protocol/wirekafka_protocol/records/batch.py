"""The record batch, format version ("magic") 2: its header, and what may be changed in place.

    0  base_offset            int64     21  attributes         int16   49  producer_epoch   int16
    8  length                 int32     23  last_offset_delta  int32   51  base_sequence    int32
   12  partition_leader_epoch int32     27  base_timestamp     int64   57  record_count     int32
   16  magic                  int8      35  max_timestamp      int64   61  records
   17  crc                    uint32    43  producer_id        int64

`length` counts from byte 12. The checksum covers byte 21 to the end, so the broker may assign
base_offset and partition_leader_epoch without touching it. In attributes: bits 0-2 compression,
3 timestamps are append time, 4 transactional, 5 control, 6 base_timestamp is the delete horizon.
Message sets of magic 0 and 1 have their magic at the same place; they are recognised, not read.
Source: KIP-98, KIP-534; `org.apache.kafka.common.record.DefaultRecordBatch`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records.crc import crc32c

HEADER = struct.Struct(">qiibIhiqqqhii")
HEADER_BYTES = 61
LOG_OVERHEAD_BYTES = 12  # base_offset and length: what `length` does not count
LENGTH_POSITION = 8
MAGIC_POSITION = 16
CRC_POSITION = 17
ATTRIBUTES_POSITION = 21
BASE_TIMESTAMP_POSITION = 27
MAX_TIMESTAMP_POSITION = 35
MAGIC = 2

COMPRESSION_MASK = 0x07
LOG_APPEND_TIME_BIT = 0x08
TRANSACTIONAL_BIT = 0x10
CONTROL_BIT = 0x20
DELETE_HORIZON_BIT = 0x40
MEANINGFUL_BITS = 0x7F

NO_TIMESTAMP = -1
NO_PRODUCER_ID = -1
NO_PRODUCER_EPOCH = -1
NO_SEQUENCE = -1
NO_PARTITION_LEADER_EPOCH = -1

CREATE_TIME = 0
LOG_APPEND_TIME = 1

_OFFSET_AND_LENGTH = struct.Struct(">qi")
_CRC = struct.Struct(">I")
_ATTRIBUTES = struct.Struct(">h")
_STAMPED = struct.Struct(">hiqq")  # attributes to max_timestamp
_TIMESTAMP = struct.Struct(">q")
_EPOCH = struct.Struct(">i")
_EPOCH_POSITION = 12

_unpack_header = HEADER.unpack_from


class BatchHeader(NamedTuple):
    """Every field of the header, as it stands in the bytes."""

    base_offset: int
    length: int
    partition_leader_epoch: int
    magic: int
    crc: int
    attributes: int
    last_offset_delta: int
    base_timestamp: int
    max_timestamp: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    record_count: int

    @property
    def size_in_bytes(self) -> int:
        """The whole batch, header included."""
        return self.length + LOG_OVERHEAD_BYTES

    @property
    def last_offset(self) -> int:
        return self.base_offset + self.last_offset_delta

    @property
    def next_offset(self) -> int:
        return self.base_offset + self.last_offset_delta + 1

    @property
    def compression(self) -> int:
        """A number of `Compression`; 5 to 7 are possible in bytes that nobody checked."""
        return self.attributes & COMPRESSION_MASK

    @property
    def timestamp_type(self) -> int:
        """CREATE_TIME or LOG_APPEND_TIME."""
        return self.attributes >> 3 & 1

    @property
    def is_transactional(self) -> bool:
        return self.attributes & TRANSACTIONAL_BIT != 0

    @property
    def is_control(self) -> bool:
        return self.attributes & CONTROL_BIT != 0

    @property
    def has_delete_horizon(self) -> bool:
        """base_timestamp is the time at which compaction may drop tombstones (KIP-534)."""
        return self.attributes & DELETE_HORIZON_BIT != 0

    @property
    def delete_horizon_ms(self) -> int | None:
        return self.base_timestamp if self.attributes & DELETE_HORIZON_BIT else None

    @property
    def last_sequence(self) -> int:
        """The sequence of the last record: after 2^31-1 comes 0; NO_SEQUENCE when there is none."""
        if self.base_sequence < 0:
            return NO_SEQUENCE
        return (self.base_sequence + self.last_offset_delta) & 0x7FFFFFFF


def read_header(data: bytes | bytearray | memoryview, position: int = 0) -> BatchHeader:
    """The header at position; nothing is checked. Raises struct.error when it is cut short."""
    # tuple.__new__ instead of BatchHeader._make: a third of the time, and this is in every path.
    return tuple.__new__(BatchHeader, _unpack_header(data, position))


def iter_batches(
    data: bytes | bytearray | memoryview,
) -> Iterator[tuple[BatchHeader, memoryview]]:
    """Each whole batch with its bytes, which are a view of the input.

    Ends before a batch that is cut short: a fetch may end so. Raises ProtocolError for a length
    that no batch has and for a magic other than 2. The checksum is not looked at (is_intact).
    """
    view = memoryview(data)
    position, end = 0, len(view)
    while end - position >= HEADER_BYTES:
        header = read_header(view, position)
        size_bytes = header.length + LOG_OVERHEAD_BYTES
        if header.magic != MAGIC:
            raise ProtocolError(f"batch at byte {position} has magic {header.magic}, not {MAGIC}")
        if size_bytes < HEADER_BYTES:
            raise ProtocolError(f"batch at byte {position} says it has {size_bytes} bytes")
        if size_bytes > end - position:
            return
        yield header, view[position : position + size_bytes]
        position += size_bytes


def is_intact(batch: bytes | bytearray | memoryview) -> bool:
    """Whether exactly one batch is given, whole, of magic 2, and its checksum is right."""
    if len(batch) < HEADER_BYTES or batch[MAGIC_POSITION] != MAGIC:
        return False
    length = _OFFSET_AND_LENGTH.unpack_from(batch)[1]
    if length + LOG_OVERHEAD_BYTES != len(batch):
        return False
    return bool(_CRC.unpack_from(batch, CRC_POSITION)[0] == compute_crc(batch))


def compute_crc(batch: bytes | bytearray | memoryview) -> int:
    """The checksum that one batch ought to carry."""
    return crc32c(memoryview(batch)[ATTRIBUTES_POSITION:])


def set_offset_and_epoch(
    data: bytearray | memoryview, position: int, base_offset: int, leader_epoch: int
) -> None:
    """Give the batch at position its place in the log; outside of what the checksum covers."""
    _TIMESTAMP.pack_into(data, position, base_offset)
    _EPOCH.pack_into(data, position + _EPOCH_POSITION, leader_epoch)


def stamp_append_time(batch: bytearray | memoryview, header: BatchHeader, now_ms: int) -> None:
    """Stamp one batch, whose header is given, with LogAppendTime, in place: the bit, max_timestamp,
    checksum. Bits that have no meaning are cleared on the way, as in Kafka.

    base_timestamp keeps the client's value as in Kafka; readers take max_timestamp for all. A batch
    that was packed with this very stamp is left alone.
    """
    _, _, _, _, _, attributes, last_offset_delta, base_timestamp, max_timestamp, _, _, _, _ = header
    if max_timestamp == now_ms and attributes & LOG_APPEND_TIME_BIT:
        return
    attributes = attributes & MEANINGFUL_BITS | LOG_APPEND_TIME_BIT
    _STAMPED.pack_into(
        batch, ATTRIBUTES_POSITION, attributes, last_offset_delta, base_timestamp, now_ms
    )
    _CRC.pack_into(batch, CRC_POSITION, crc32c(memoryview(batch)[ATTRIBUTES_POSITION:]))


def rewrite_times(batch: bytearray | memoryview, attributes: int, max_timestamp: int) -> None:
    """Give one batch other attributes, largest timestamp, and the checksum of both, in place."""
    _ATTRIBUTES.pack_into(batch, ATTRIBUTES_POSITION, attributes)
    _TIMESTAMP.pack_into(batch, MAX_TIMESTAMP_POSITION, max_timestamp)
    _CRC.pack_into(batch, CRC_POSITION, compute_crc(batch))
