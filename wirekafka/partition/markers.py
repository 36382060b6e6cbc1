"""The end of a transaction in one partition: a control batch that says commit or abort.

Only a transaction coordinator has it written. It takes one offset, is seen by nobody but the
broker, and lets read_committed consumers pass: what the producer wrote before it is stable now.

Source: `MemoryRecords.withEndTransactionMarker`, `ReplicaManager.appendRecords` with
`AppendOrigin.COORDINATOR`; KIP-98, KIP-890, KIP-1228.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import read_header
from wirekafka_protocol.records.control import ControlType, EndMarker, build_end_marker

from wirekafka.coordinator.machine import ProducerStamp
from wirekafka.partition.partition import Partition
from wirekafka.partition.partitions import Partitions


def append_marker(
    partitions: Partitions,
    partition: Partition,
    producer: ProducerStamp,
    coordinator_epoch: int,
    committed: bool,
    transaction_version: int,
    now_ms: int,
) -> None:
    """Stage the marker; it is in the log when the caller's `partitions.commit()` is True.

    ApiError INVALID_PRODUCER_EPOCH when the producer has a newer epoch here,
    TRANSACTION_COORDINATOR_FENCED when a newer coordinator wrote its last marker,
    KAFKA_STORAGE_ERROR when the disk is offline. Then nothing has changed.
    """
    if partition.offline:
        raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
    kind = ControlType.COMMIT if committed else ControlType.ABORT
    batch = bytearray(
        build_end_marker(
            EndMarker(kind, coordinator_epoch),
            producer_id=producer.producer_id,
            producer_epoch=producer.producer_epoch,
            timestamp_ms=now_ms,
        )
    )
    partition.log.stage(
        memoryview(batch),
        read_header(batch),
        leader_epoch=partition.leader_epoch,
        now_ms=now_ms,
        is_client=False,
        transaction_version=transaction_version,
    )
    partitions.staged.append(partition)
    if partition.awaited_sequences is not None:
        partition.awaited_sequences.settle(producer.producer_id)
