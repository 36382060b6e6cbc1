"""What compaction leaves of one batch: all of it, some records, an empty batch, or nothing.

A record stays when it is the last of its key, or behind what the map of keys covers. A record
without a value (a tombstone) goes when the delete horizon of its batch has passed. A batch that
holds a tombstone, or a marker that nothing needs, gets its horizon when it is first compacted: bit
6 is set and base_timestamp is the time from which they may go (KIP-534).

Records that stay keep their offsets, and the batch keeps its first and last one, its sequence, its
codec and its leader epoch. A batch without records stays when it is the last of its producer (its
sequence and epoch must survive) or the last of the run (so that the end of the log does not move).

Source: Kafka's `Cleaner.cleanInto`, `MemoryRecords.filterTo`.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import ge

from wirekafka_protocol.records.batch import (
    COMPRESSION_MASK,
    CONTROL_BIT,
    DELETE_HORIZON_BIT,
    HEADER_BYTES,
    LOG_APPEND_TIME_BIT,
    NO_TIMESTAMP,
    TRANSACTIONAL_BIT,
    BatchHeader,
)
from wirekafka_protocol.records.compression import decompress
from wirekafka_protocol.records.control import ControlType, control_type
from wirekafka_protocol.records.record import build_batch, pack_batch, parse_records
from wirekafka_protocol.records.varint import read_varlong

from wirekafka_storage.compaction.columns import Columns, read_bounds, read_columns
from wirekafka_storage.compaction.job import CompactionJob
from wirekafka_storage.compaction.key_offsets import KeyOffsets
from wirekafka_storage.compaction.transactions import TransactionPass

_KEPT_EMPTY = LOG_APPEND_TIME_BIT | TRANSACTIONAL_BIT | CONTROL_BIT

Filtered = tuple[bytes | None, int]
"""The batch to write instead (None: the same bytes, b"": nothing), and its number of records."""


def plain_part(
    header: BatchHeader, data: bytes, position: int, size: int
) -> tuple[bytes, int, int]:
    """The plain records of the batch at `position`: a buffer, where they begin and end in it."""
    kind = header.attributes & COMPRESSION_MASK
    if not kind:
        return data, position + HEADER_BYTES, position + size
    plain = decompress(kind, memoryview(data)[position + HEADER_BYTES : position + size])
    return plain, 0, len(plain)


class BatchFilter:
    """The rules of one run, applied to batch after batch in the order of the log."""

    __slots__ = (
        "_delete_horizon_ms",
        "_end_offset",
        "_keys",
        "_last_of_producer",
        "_now_ms",
        "_transactions",
        "keyless_records",
    )

    def __init__(self, job: CompactionJob, keys: KeyOffsets, transactions: TransactionPass) -> None:
        self._keys = keys
        self._transactions = transactions
        self._now_ms = job.now_ms
        self._delete_horizon_ms = job.now_ms + job.delete_retention_ms
        self._end_offset = job.first_uncleanable_offset
        self._last_of_producer = {
            producer_id: (epoch, offset) for producer_id, epoch, offset in job.last_offsets
        }
        self.keyless_records = 0

    def apply(self, header: BatchHeader, data: bytes, position: int, size: int) -> Filtered:
        """What to write for the batch of `size` bytes at `position`. Raises ProtocolError."""
        attributes = header.attributes
        if attributes & CONTROL_BIT:
            return self._marker(header, *plain_part(header, data, position, size))
        if attributes & TRANSACTIONAL_BIT and self._transactions.is_aborted(
            header.producer_id, header.last_offset
        ):
            return self._without_records(header)
        survivors = self._keys.survivors(header)
        if survivors is not None:
            if not survivors:
                return self._without_records(header)
            if len(survivors) == header.record_count:
                return None, header.record_count
        plain, start, end = plain_part(header, data, position, size)
        if survivors is not None and header.record_count == header.last_offset_delta + 1:
            bounds = read_bounds(plain, start, end, header.record_count)
            base_offset = header.base_offset
            return self._with_some(
                header, plain, bounds, [offset - base_offset for offset in survivors]
            )
        columns = read_columns(plain, start, end, header.record_count)
        kept = self._survivors(header, columns)
        if kept is None:
            if columns.tombstones and not attributes & DELETE_HORIZON_BIT:
                return self._with_horizon(header, plain[start:end], range(header.record_count))
            return (None, header.record_count) if columns.keys else self._without_records(header)
        if not kept:
            return self._without_records(header)
        gone = not attributes & DELETE_HORIZON_BIT and columns.tombstones
        if gone and not set(kept).isdisjoint(columns.tombstones):
            return self._with_horizon(header, plain[start:end], kept)
        return self._with_some(header, plain, columns.bounds, kept)

    def _survivors(self, header: BatchHeader, columns: Columns) -> list[int] | None:
        """Places of the records that stay; None when all of them do."""
        covered = self._keys.latest_offset
        base_offset = header.base_offset
        if base_offset > covered:
            return None
        offsets = list(map(base_offset.__add__, columns.offset_deltas))
        stays = list(map(ge, offsets, self._keys.last_offsets(columns.keys)))
        horizon_ms = header.delete_horizon_ms
        if columns.tombstones and horizon_ms is not None and horizon_ms <= self._now_ms:
            for index in columns.tombstones:
                stays[index] = False
        if columns.has_null_key:
            for index, key in enumerate(columns.keys):
                if key is None and offsets[index] <= covered:
                    stays[index] = False
                    # Those behind the start were counted when they were not put into the map.
                    self.keyless_records += base_offset < self._keys.start_offset
        if header.last_offset > covered:
            stays = [stay or at > covered for stay, at in zip(stays, offsets, strict=True)]
        if all(stays):
            return None
        return [index for index, stay in enumerate(stays) if stay]

    def _marker(self, header: BatchHeader, plain: bytes, start: int, end: int) -> Filtered:
        records = parse_records(header, plain[start:end])
        kind: ControlType | None = control_type(records[0].key) if records else None
        needless = self._transactions.is_needless(header.producer_id, header.last_offset, kind)
        horizon_ms = header.delete_horizon_ms
        if needless and horizon_ms is not None and horizon_ms <= self._now_ms:
            return self._without_records(header)
        if not records:
            return self._without_records(header)
        if needless and horizon_ms is None:
            return self._with_horizon(header, plain[start:end], range(len(records)))
        return None, len(records)

    def _with_some(
        self, header: BatchHeader, plain: bytes, bounds: list[int], kept: list[int]
    ) -> Filtered:
        """The batch with the bytes of the kept records as they are."""
        parts = [plain[bounds[index] : bounds[index + 1]] for index in kept]
        max_timestamp = header.max_timestamp
        if not header.attributes & LOG_APPEND_TIME_BIT:
            max_timestamp = header.base_timestamp + max(
                [_timestamp_delta(plain, bounds[index]) for index in kept]
            )
        fresh = header._replace(max_timestamp=max_timestamp, record_count=len(kept))
        return pack_batch(fresh, b"".join(parts)), len(kept)

    def _with_horizon(self, header: BatchHeader, plain: bytes, kept: Iterable[int]) -> Filtered:
        """The batch with the horizon as base_timestamp, so with other timestamp deltas."""
        records = parse_records(header, plain)
        staying = [records[index] for index in kept]
        is_append_time = header.attributes & LOG_APPEND_TIME_BIT
        batch = build_batch(
            staying,
            base_offset=header.base_offset,
            last_offset=header.last_offset,
            compression=header.compression,
            attributes=header.attributes & ~COMPRESSION_MASK | DELETE_HORIZON_BIT,
            base_timestamp=self._delete_horizon_ms,
            max_timestamp=header.max_timestamp if is_append_time else None,
            partition_leader_epoch=header.partition_leader_epoch,
            producer_id=header.producer_id,
            producer_epoch=header.producer_epoch,
            base_sequence=header.base_sequence,
        )
        return batch, len(staying)

    def _without_records(self, header: BatchHeader) -> Filtered:
        """An empty batch where one has to stay."""
        if not (header.next_offset == self._end_offset or self._is_last_of_producer(header)):
            return b"", 0
        empty = header._replace(
            attributes=header.attributes & _KEPT_EMPTY,
            base_timestamp=NO_TIMESTAMP,
            record_count=0,
        )
        return pack_batch(empty, b""), 0

    def _is_last_of_producer(self, header: BatchHeader) -> bool:
        """Whether the state of a producer is to be learned from this batch and no other.

        Of a producer that wrote nothing since its last marker, that marker tells the epoch.
        """
        if header.producer_id < 0:
            return False
        known = self._last_of_producer.get(header.producer_id)
        if known is None:
            return False
        epoch, last_offset = known
        if last_offset >= 0:
            return header.last_offset == last_offset
        return header.is_control and header.producer_epoch == epoch


def _timestamp_delta(data: bytes, position: int) -> int:
    while data[position] > 0x7F:  # the length
        position += 1
    number = data[position + 2]
    if number > 0x7F:
        return read_varlong(data, position + 2)[0]
    return number >> 1 ^ -(number & 1)
