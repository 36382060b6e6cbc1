"""ProducerSnapshot.

A partition's *.snapshot file: the state of its producers at one offset. The file starts with the
int16 version; the CRC-32C covers everything behind the crc field.

Generated from schemas/producer_snapshot.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import EMPTY, Field, Message, Struct, VersionRange


class ProducerEntry(Struct):
    __slots__ = (
        "coordinator_epoch",
        "current_txn_first_offset",
        "epoch",
        "last_offset",
        "last_sequence",
        "offset_delta",
        "producer_id",
        "timestamp",
    )

    FIELDS = (
        Field("producer_id", "int64", 0),
        Field("epoch", "int16", 0),
        Field("last_sequence", "int32", 0),
        Field("last_offset", "int64", 0),
        Field("offset_delta", "int32", 0),
        Field("timestamp", "int64", 0),
        Field("coordinator_epoch", "int32", 0),
        Field("current_txn_first_offset", "int64", 0),
    )

    def __init__(
        self,
        producer_id: int = 0,
        epoch: int = 0,
        last_sequence: int = 0,
        last_offset: int = 0,
        offset_delta: int = 0,
        timestamp: int = 0,
        coordinator_epoch: int = 0,
        current_txn_first_offset: int = 0,
    ) -> None:
        self.producer_id = producer_id
        self.epoch = epoch
        self.last_sequence = last_sequence
        self.last_offset = last_offset
        self.offset_delta = offset_delta
        self.timestamp = timestamp
        self.coordinator_epoch = coordinator_epoch
        self.current_txn_first_offset = current_txn_first_offset


class ProducerSnapshot(Message):
    """Versions 1, none of them flexible."""

    __slots__ = ("crc", "producer_entries")

    VERSIONS = VersionRange(1, 1)
    FIELDS = (
        Field("crc", "uint32", 0),
        Field("producer_entries", "struct", (), struct=ProducerEntry, is_array=True),
    )

    def __init__(self, crc: int = 0, producer_entries: list[ProducerEntry] = EMPTY) -> None:
        self.crc = crc
        self.producer_entries: list[ProducerEntry] = (
            [] if producer_entries is EMPTY else producer_entries
        )
