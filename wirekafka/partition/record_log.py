"""A partition of an internal topic as the log of a coordinator.

The coordinator's runtime appends key-value records as one batch, is told when they are committed,
and reads everything back when it loads. This is the runtime's `RecordLog` port.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import iter_batches, read_header
from wirekafka_protocol.records.record import Record, build_batch, read_records

from wirekafka.partition.partition import Partition
from wirekafka.partition.partitions import Partitions

_READ_BYTES = 1 << 20


class PartitionLog:
    """One partition, read and written by its coordinator."""

    __slots__ = ("_partition", "_partitions", "_wake_soon")

    def __init__(
        self, partitions: Partitions, partition: Partition, wake_soon: Callable[[], object]
    ) -> None:
        self._partitions = partitions
        self._partition = partition
        self._wake_soon = wake_soon

    def append(self, records: list[tuple[bytes, bytes | None]], now_ms: int) -> int:
        """Write the records as one batch; returns the offset behind it.

        ApiError KAFKA_STORAGE_ERROR when the disk refuses, RECORD_LIST_TOO_LARGE for too much.
        """
        if self._partition.offline:
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
        batch = bytearray(
            build_batch(
                [Record(delta, now_ms, key, value) for delta, (key, value) in enumerate(records)]
            )
        )
        self._partition.stage(memoryview(batch), read_header(batch), now_ms)
        self._partitions.staged.append(self._partition)
        if not self._partitions.commit():
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
        if self._partition.fetch_waiters is not None:
            self._wake_soon()  # nobody else does after a timer
        return self._partition.log.log_end_offset

    def when_committed(self, end_offset: int, callback: Callable[[], None]) -> None:
        """Call back when the high watermark reaches `end_offset`."""
        self._partition.when_committed(end_offset, callback)

    def read_all(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Every data record from the log start on, in order; control batches are passed over.

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
                    continue
                for record in read_records(batch):
                    if record.offset >= offset and record.key is not None:
                        yield record.key, record.value
            if next_offset == offset:
                return
            offset = next_offset
