"""The bytes of `__consumer_offsets`, compared with what Kafka 4.3.1 wrote."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.errors import ProtocolError

from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.records import decode_record, encode_record
from wirekafka.coordinator.group.shard import GroupCoordinatorShard
from wirekafka.coordinator.log_port import LoggedMarker, LoggedRecord
from wirekafka.coordinator.machine import NO_PRODUCER_ID

REFERENCE = os.environ.get("WIREKAFKA_REFERENCE_LOG_DIRS")

NEW_GROUP = (
    "0002000e676f6c64656e2d636c6173736963",
    "0003000000000000ffffffff000001a1fd19366600000000",
)
EMPTIED_GROUP = (
    "0002000e676f6c64656e2d636c6173736963",
    "00030008636f6e73756d657200000002ffffffff000001a1fd1939ba00000000",
)
OFFSET = (
    "0001000d676f6c64656e2d73696d706c6500087365676d656e747300000000",
    "0004000000000000000500000000056e6f7465000001a1fd19350f0100109d27c46a7842409880c433d798e60b88",
)
TRANSACTIONAL_OFFSET = (
    "00010012676f6c64656e2d74786e2d6f66667365747300087365676d656e747300000000",
    "00040000000000000007ffffffff11696e2061207472616e73616374696f6e000001a1fd19312300",
)
OFFSET_TOMBSTONE = ("0001000e676f6c64656e2d64656c6574656400087365676d656e747300000000", None)
GROUP_TOMBSTONE = ("0002000e676f6c64656e2d64656c65746564", None)
SHARE_GROUP = ("000b000f676f6c64656e2d636f6e73756d6572", "00000000000300")
CONSUMER_GROUP = ("0003000f676f6c64656e2d636f6e73756d6572", "00000000000300")


def raw(row: tuple[str, str | None]) -> tuple[bytes, bytes | None]:
    key, value = row
    return bytes.fromhex(key), None if value is None else bytes.fromhex(value)


@pytest.mark.parametrize(
    "row",
    [
        NEW_GROUP,
        EMPTIED_GROUP,
        OFFSET,
        TRANSACTIONAL_OFFSET,
        OFFSET_TOMBSTONE,
        GROUP_TOMBSTONE,
    ],
)
def test_kafkas_records_are_read_and_written_byte_for_byte(row: tuple[str, str | None]) -> None:
    record = decode_record(*raw(row))
    assert record is not None
    assert encode_record(record) == raw(row)


def test_offset_record_says_what_was_committed() -> None:
    record = decode_record(*raw(OFFSET))
    assert record is not None
    assert (record.key.group, record.key.topic, record.key.partition) == (
        "golden-simple",
        "segments",
        0,
    )
    assert record.value is not None
    assert (record.value.offset, record.value.leader_epoch, record.value.metadata) == (5, 0, "note")
    assert record.value.commit_timestamp == 0x01A1FD19350F


def test_records_of_other_kinds_of_groups_are_passed_over() -> None:
    assert decode_record(*raw(SHARE_GROUP)) is None


def test_a_consumer_group_is_read_and_written_as_kafka_does() -> None:
    record = decode_record(*raw(CONSUMER_GROUP))
    assert record is not None
    assert (record.key.group_id, record.value.epoch) == ("golden-consumer", 3)
    assert encode_record(record) == raw(CONSUMER_GROUP)


def test_legacy_offset_key_is_read_as_an_offset() -> None:
    key, value = raw(OFFSET)
    record = decode_record(b"\0\0" + key[2:], value)
    assert record is not None
    assert record.key.topic == "segments"
    assert encode_record(record)[0] == key


@pytest.mark.parametrize("row", [NEW_GROUP, OFFSET])
def test_a_record_cut_short_is_an_error(row: tuple[str, str]) -> None:
    key, value = raw(row)
    assert value is not None
    # A batch's CRC makes this impossible; an empty record type is read as the legacy one.
    for end in range(2, len(key)):
        with pytest.raises(ProtocolError):
            decode_record(key[:end], value)
    for end in range(2, len(value) - 1):
        with pytest.raises(ProtocolError):
            decode_record(key, value[:end])


@pytest.mark.skipif(REFERENCE is None, reason="WIREKAFKA_REFERENCE_LOG_DIRS is not set")
def test_reference_log_is_loaded_and_written_again_byte_for_byte() -> None:
    """All `__consumer_offsets` partitions of the log directory that Kafka 4.3.1 wrote."""
    manifest: dict[str, Any] = json.loads((Path(REFERENCE or "") / "manifest.json").read_text())
    shard = GroupCoordinatorShard(GroupConfig(), lambda: "id")
    known = 0
    for partition, content in manifest.items():
        if partition.startswith("__consumer_offsets"):
            for item in logged(content):
                if isinstance(item, LoggedMarker):
                    shard.replay_end_transaction(*item)
                    continue
                record = decode_record(item.key, item.value)
                if record is not None:
                    known += 1
                    assert encode_record(record) == (item.key, item.value)
                    shard.replay(record, item.producer_id)
    assert known > 0
    assert shard.offsets.of_group("golden-txn-offsets")["segments"][0].offset == 7
    assert not shard.offsets.pending
    assert "golden-deleted" not in shard.groups
    assert shard.groups["golden-classic"].generation_id == 2
    assert not shard.groups["golden-classic"].members
    committed = shard.offsets.of_group("golden-classic")
    assert {t: {p: v.offset for p, v in rows.items()} for t, rows in committed.items()} == {
        "epochs": {0: 3},
        "segments": {0: 45},
    }


def logged(content: dict[str, Any]) -> Iterator[LoggedRecord | LoggedMarker]:
    """What a log holds, as the runtime reads it."""
    for batch in (batch for segment in content["segments"] for batch in segment["batches"]):
        producer_id = batch["producerId"] if batch["transactional"] else NO_PRODUCER_ID
        for record in batch["records"]:
            if batch["control"]:
                committed = record["control"] == "COMMIT"
                yield LoggedMarker(producer_id, batch["producerEpoch"], committed)
            else:
                yield LoggedRecord(*raw((record["key"], record["value"])), producer_id)
