"""Control records: what the broker itself writes into a log, above all the ends of transactions.

A control batch has attribute bit 5 and one record. Key: version int16, type int16. The value of an
end marker: version int16, coordinator epoch int32. Only the coordinator writes them; consumers skip
them, and they take one offset each. Source: KIP-98; `ControlRecordType`, `EndTransactionMarker`.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple

from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records.batch import CONTROL_BIT, TRANSACTIONAL_BIT
from wirekafka_protocol.records.record import Record, build_batch

_KEY = struct.Struct(">hh")
_END_MARKER = struct.Struct(">hi")
_VERSION = 0


class ControlType(IntEnum):
    """The second number of a control record's key; UNKNOWN for the ones of a later Kafka."""

    ABORT = 0
    COMMIT = 1
    LEADER_CHANGE = 2
    SNAPSHOT_HEADER = 3
    SNAPSHOT_FOOTER = 4
    KRAFT_VERSION = 5
    KRAFT_VOTERS = 6
    UNKNOWN = -1


class EndMarker(NamedTuple):
    """The end of a transaction: ABORT or COMMIT, and the epoch of the coordinator that decided."""

    control_type: ControlType
    coordinator_epoch: int


def control_type(key: bytes | None) -> ControlType:
    """What the key of a control record says. Raises ProtocolError when it is too short."""
    if key is None or len(key) < _KEY.size:
        raise ProtocolError(f"control record with the key {key!r}")
    version, number = _KEY.unpack_from(key)
    if version < 0:
        raise ProtocolError(f"control record with key version {version}")
    try:
        return ControlType(number)
    except ValueError:
        return ControlType.UNKNOWN


def read_end_marker(record: Record) -> EndMarker:
    """The end of a transaction that this record of a control batch is."""
    kind = control_type(record.key)
    if kind not in (ControlType.ABORT, ControlType.COMMIT):
        raise ProtocolError(f"control record of type {kind.name} ends no transaction")
    if record.value is None or len(record.value) < _END_MARKER.size:
        raise ProtocolError(f"end marker with the value {record.value!r}")
    return EndMarker(kind, _END_MARKER.unpack_from(record.value)[1])


def build_end_marker(
    marker: EndMarker,
    *,
    producer_id: int,
    producer_epoch: int,
    timestamp_ms: int,
    base_offset: int = 0,
    partition_leader_epoch: int = -1,
) -> bytes:
    """The control batch that ends a producer's transaction in one partition."""
    record = Record(
        base_offset,
        timestamp_ms,
        _KEY.pack(_VERSION, marker.control_type),
        _END_MARKER.pack(_VERSION, marker.coordinator_epoch),
    )
    return build_batch(
        [record],
        base_offset=base_offset,
        attributes=TRANSACTIONAL_BIT | CONTROL_BIT,
        producer_id=producer_id,
        producer_epoch=producer_epoch,
        partition_leader_epoch=partition_leader_epoch,
    )
