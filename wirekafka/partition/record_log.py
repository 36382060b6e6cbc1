"""A partition of an internal topic as the log of a coordinator.

The coordinator's runtime appends key-value records as one batch, is told when they are committed,
and reads everything back when it loads. This is the runtime's `RecordLog` port.

A batch that is part of a producer's transaction carries its id and epoch. All of them begin at
sequence 0, as Kafka's do: the partition checks the epoch of what a coordinator writes, no sequence.
Batches of no producer begin at `first_sequence`, which nobody reads; Kafka's group coordinator
writes 0 there, its transaction coordinator none, so that dumps of both brokers' logs are equal.
Loading reads to the log's end, not to the last stable offset: the machine itself keeps apart what
belongs to open transactions, so it needs the markers as well.

Source: Kafka's `CoordinatorRuntime`, `CoordinatorLoaderImpl`, `CoordinatorPartitionWriter`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import (
    NO_SEQUENCE,
    TRANSACTIONAL_BIT,
    BatchHeader,
    iter_batches,
    read_header,
)
from wirekafka_protocol.records.control import ControlType, control_type, read_end_marker
from wirekafka_protocol.records.record import Record, build_batch, read_records

from wirekafka.coordinator.log_port import LoggedMarker, LoggedRecord
from wirekafka.coordinator.machine import NO_PRODUCER_ID, ProducerStamp
from wirekafka.partition.markers import append_marker
from wirekafka.partition.partition import Partition
from wirekafka.partition.partitions import Partitions

_READ_BYTES = 1 << 20
_END_OF_TRANSACTION = (ControlType.ABORT, ControlType.COMMIT)


class PartitionLog:
    """One partition, read and written by its coordinator."""

    __slots__ = ("_first_sequence", "_partition", "_partitions", "_wake_soon")

    def __init__(
        self,
        partitions: Partitions,
        partition: Partition,
        wake_soon: Callable[[], object],
        *,
        first_sequence: int = NO_SEQUENCE,
    ) -> None:
        self._partitions = partitions
        self._partition = partition
        self._wake_soon = wake_soon
        self._first_sequence = first_sequence

    def append(
        self,
        records: list[tuple[bytes, bytes | None]],
        now_ms: int,
        producer: ProducerStamp | None = None,
    ) -> int:
        """Write the records as one batch; returns the offset behind it.

        ApiError KAFKA_STORAGE_ERROR when the disk refuses, RECORD_LIST_TOO_LARGE for too much,
        INVALID_PRODUCER_EPOCH when the producer has a newer epoch here.
        """
        self._begin()
        partition = self._partition
        rows = [Record(delta, now_ms, key, value) for delta, (key, value) in enumerate(records)]
        if producer is None:
            batch = bytearray(build_batch(rows, base_sequence=self._first_sequence))
        else:
            batch = bytearray(
                build_batch(
                    rows,
                    attributes=TRANSACTIONAL_BIT,
                    producer_id=producer.producer_id,
                    producer_epoch=producer.producer_epoch,
                    base_sequence=0,
                )
            )
        partition.log.stage(
            memoryview(batch),
            read_header(batch),
            leader_epoch=partition.leader_epoch,
            now_ms=now_ms,
            is_client=False,
        )
        self._partitions.staged.append(partition)
        return self._commit()

    def append_marker(
        self,
        producer: ProducerStamp,
        coordinator_epoch: int,
        committed: bool,
        transaction_version: int,
        now_ms: int,
    ) -> int:
        """Write the end of a producer's transaction; returns the offset behind it.

        ApiError as `markers.append_marker`.
        """
        self._begin()
        append_marker(
            self._partitions,
            self._partition,
            producer,
            coordinator_epoch,
            committed,
            transaction_version,
            now_ms,
        )
        return self._commit()

    def when_committed(self, end_offset: int, callback: Callable[[], None]) -> None:
        """Call back when the high watermark reaches `end_offset`."""
        self._partition.when_committed(end_offset, callback)

    def read_all(self) -> Iterator[LoggedRecord | LoggedMarker]:
        """Every record and every end of a transaction from the log start on, in order.

        ApiError KAFKA_STORAGE_ERROR when the disk refuses.
        """
        if self._partition.offline:
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
        log = self._partition.log
        offset, end = log.log_start_offset, log.log_end_offset
        while offset < end:
            with self._partitions.disk_errors(self._partition):
                found = log.read(offset, _READ_BYTES, upper_bound=end, min_one_message=True)
                data = found.read_bytes()
            next_offset = offset
            for header, batch in iter_batches(data):
                next_offset = header.next_offset
                if header.is_control:
                    marker = _logged_marker(header, batch)
                    if marker is not None:
                        yield marker
                    continue
                is_transactional = header.attributes & TRANSACTIONAL_BIT
                producer_id = header.producer_id if is_transactional else NO_PRODUCER_ID
                for record in read_records(batch):
                    if record.offset >= offset and record.key is not None:
                        yield LoggedRecord(record.key, record.value, producer_id)
            if next_offset == offset:
                return
            offset = next_offset

    def _begin(self) -> None:
        """Write what clients have staged: if that fails, it is theirs to hear of."""
        self._partitions.commit_early()
        if self._partition.offline:
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)

    def _commit(self) -> int:
        """Write what is staged; the offset behind it."""
        if not self._partitions.commit():
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
        if self._partition.fetch_waiters is not None:
            self._wake_soon()  # nobody else does after a timer
        return self._partition.log.log_end_offset


def _logged_marker(header: BatchHeader, batch: memoryview) -> LoggedMarker | None:
    """None for other control batches, and for one that compaction has emptied.

    Raises ProtocolError when it is damaged.
    """
    records = read_records(batch)
    if not records or control_type(records[0].key) not in _END_OF_TRANSACTION:
        return None
    committed = read_end_marker(records[0]).control_type is ControlType.COMMIT
    return LoggedMarker(header.producer_id, header.producer_epoch, committed)
