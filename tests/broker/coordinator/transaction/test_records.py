"""The bytes of `__transaction_state`, compared with what Kafka 4.3.1 wrote."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from wirekafka_protocol.codec import encode
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.messages.transaction_log import TransactionLogValue

from wirekafka.coordinator.transaction.metadata import TransactionMetadata
from wirekafka.coordinator.transaction.records import (
    decode_record,
    encode_record,
    metadata_from_record,
    transaction_record,
    transaction_tombstone,
)
from wirekafka.coordinator.transaction.states import TransactionState

REFERENCE = os.environ.get("WIREKAFKA_REFERENCE_LOG_DIRS")

KEY = "00000008676f6c64656e2d62"
EMPTY = "0001000000000000000300000000ea600000000001a1fd192cf6ffffffffffffffff0100080000000000000003"
ONGOING = (
    "0001000000000000000300000000ea6001020e7472616e73616374696f6e616c020000000000000001a1fd192fa8"
    "000001a1fd192fa8020008000000000000000302020002"
)
PREPARE_COMMIT = (
    "0001000000000000000300010000ea600203135f5f636f6e73756d65725f6f6666736574730200000002000e747261"
    "6e73616374696f6e616c020000000000000001a1fd19314a000001a1fd192fa8020008000000000000000302020002"
)
COMPLETE_COMMIT = (
    "0001000000000000000300010000ea600401000001a1fd19314d000001a1fd192fa802000800000000000000030202"
    "0002"
)
COMPLETE_ABORT = (
    "0001000000000000000300020000ea600501000001a1fd193193000001a1fd19318302000800000000000000030202"
    "0002"
)


def raw(key: str, value: str | None) -> tuple[bytes, bytes | None]:
    return bytes.fromhex(key), None if value is None else bytes.fromhex(value)


@pytest.mark.parametrize(
    "value", [EMPTY, ONGOING, PREPARE_COMMIT, COMPLETE_COMMIT, COMPLETE_ABORT, None]
)
def test_kafkas_records_are_read_and_written_byte_for_byte(value: str | None) -> None:
    record = decode_record(*raw(KEY, value))
    assert record is not None
    assert encode_record(record) == raw(KEY, value)


def test_a_new_id_is_written_as_kafka_writes_it() -> None:
    metadata = TransactionMetadata(
        3, 0, 60_000, TransactionState.EMPTY, 1_795_247_647_990, previous_producer_id=3
    )
    assert encode_record(transaction_record("golden-b", metadata)) == raw(KEY, EMPTY)


@pytest.mark.parametrize("value", [EMPTY, ONGOING, PREPARE_COMMIT, COMPLETE_COMMIT, COMPLETE_ABORT])
def test_metadata_has_all_that_is_in_a_record(value: str) -> None:
    record = decode_record(*raw(KEY, value))
    assert record is not None
    metadata = metadata_from_record(record.value)
    assert encode_record(transaction_record("golden-b", metadata)) == raw(KEY, value)


def test_the_partitions_of_a_transaction_are_read() -> None:
    record = decode_record(*raw(KEY, PREPARE_COMMIT))
    assert record is not None
    metadata = metadata_from_record(record.value)
    assert metadata.partitions == {"__consumer_offsets": (2,), "transactional": (0,)}
    assert 0 < metadata.start_time_ms < metadata.update_time_ms


def test_a_tombstone_has_the_key_alone() -> None:
    assert encode_record(transaction_tombstone("golden-b")) == raw(KEY, None)


@pytest.mark.parametrize(
    ("value", "epoch", "state", "version"),
    [
        (EMPTY, 0, TransactionState.EMPTY, 0),
        (ONGOING, 0, TransactionState.ONGOING, 2),
        (COMPLETE_ABORT, 2, TransactionState.COMPLETE_ABORT, 2),
    ],
)
def test_what_a_record_says(value: str, epoch: int, state: TransactionState, version: int) -> None:
    record = decode_record(*raw(KEY, value))
    assert record is not None
    assert record.key.transactional_id == "golden-b"
    metadata = metadata_from_record(record.value)
    assert (metadata.producer_id, metadata.previous_producer_id) == (3, 3)
    assert (metadata.producer_epoch, metadata.last_producer_epoch) == (epoch, -1)
    assert (metadata.state, metadata.timeout_ms) == (state, 60_000)
    assert metadata.client_transaction_version == version


def test_values_of_older_brokers_are_read() -> None:
    value = TransactionLogValue(producer_id=9, producer_epoch=4, transaction_partitions=None)
    record = decode_record(bytes.fromhex(KEY), b"\0\0" + encode(value, 0))
    assert record is not None
    metadata = metadata_from_record(record.value)
    assert (metadata.producer_id, metadata.producer_epoch) == (9, 4)
    assert metadata.previous_producer_id == -1


def test_other_record_types_are_passed_over() -> None:
    assert decode_record(b"\0\1whatever", b"\0\0") is None


@pytest.mark.parametrize("end", range(2, len(EMPTY) // 2))
def test_a_value_that_ends_early_is_an_error(end: int) -> None:
    key, value = raw(KEY, EMPTY)
    assert value is not None
    with pytest.raises(ProtocolError):
        decode_record(key, value[:end])


@pytest.mark.parametrize("end", range(2, len(KEY) // 2))
def test_a_key_that_ends_early_is_an_error(end: int) -> None:
    with pytest.raises(ProtocolError):
        decode_record(bytes.fromhex(KEY)[:end], None)


def test_a_version_of_the_future_is_an_error() -> None:
    with pytest.raises(ProtocolError, match="version 2"):
        decode_record(bytes.fromhex(KEY), b"\0\2" + bytes(100))


@pytest.mark.parametrize("status", [-1, 8])
def test_an_unknown_status_is_an_error(status: int) -> None:
    value = TransactionLogValue(transaction_status=status)
    with pytest.raises(ProtocolError, match=f"status {status}"):
        decode_record(bytes.fromhex(KEY), b"\0\1" + encode(value, 1))


@pytest.mark.skipif(REFERENCE is None, reason="WIREKAFKA_REFERENCE_LOG_DIRS is not set")
def test_every_record_of_the_reference_survives_a_round_trip() -> None:
    assert REFERENCE is not None
    manifest = json.loads((Path(REFERENCE) / "manifest.json").read_text())
    rows = [
        raw(record["key"], record["value"])
        for partition in ("__transaction_state-0", "__transaction_state-2")
        for segment in manifest[partition]["segments"]
        for batch in segment["batches"]
        for record in batch["records"]
    ]
    assert len(rows) == 17
    for row in rows:
        record = decode_record(*row)
        assert record is not None
        assert encode_record(record) == row
