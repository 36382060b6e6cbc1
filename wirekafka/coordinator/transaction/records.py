"""The records of `__transaction_state`: Kafka's own formats, so that its tools read our log.

A key is an int16 record type and the message in version 0; a value is an int16 version and the
message in that version. A value of None is a tombstone.

| type | key | value, version written |
|---|---|---|
| 0 | TransactionLogKey: transactional id | TransactionLogValue 1 |

Version 0 is what brokers before 4.0 wrote (and 4.x without transaction.version); it is read as
well. Its partitions are null while the state is Empty, an array otherwise.

Source: `TransactionLog` and the logs of Kafka 4.3.1.
"""

from __future__ import annotations

from wirekafka_protocol.codec import decode, encoder
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.messages.transaction_log import (
    PartitionsSchema,
    TransactionLogKey,
    TransactionLogValue,
)

from wirekafka.coordinator.machine import CoordinatorRecord
from wirekafka.coordinator.transaction.metadata import TransactionMetadata
from wirekafka.coordinator.transaction.states import TransactionState

TRANSACTION = 0
TRANSACTION_VALUE_VERSION = 1

_KEY_MESSAGE_VERSION = 0
_PREFIX_BYTES = 2
_STATES = frozenset(TransactionState)


def transaction_record(transactional_id: str, metadata: TransactionMetadata) -> CoordinatorRecord:
    """What is known of a transactional id now."""
    value = TransactionLogValue(
        producer_id=metadata.producer_id,
        previous_producer_id=metadata.previous_producer_id,
        next_producer_id=metadata.next_producer_id,
        producer_epoch=metadata.producer_epoch,
        transaction_timeout_ms=metadata.timeout_ms,
        transaction_status=metadata.state,
        transaction_partitions=_rows(metadata),
        transaction_last_update_timestamp_ms=metadata.update_time_ms,
        transaction_start_timestamp_ms=metadata.start_time_ms,
        client_transaction_version=metadata.client_transaction_version,
    )
    key = TransactionLogKey(transactional_id)
    return CoordinatorRecord(key, TRANSACTION, value, TRANSACTION_VALUE_VERSION)


def transaction_tombstone(transactional_id: str) -> CoordinatorRecord:
    return CoordinatorRecord(TransactionLogKey(transactional_id), TRANSACTION, None)


def metadata_from_record(value: TransactionLogValue) -> TransactionMetadata:
    """What a record says of its transactional id."""
    return TransactionMetadata(
        producer_id=value.producer_id,
        producer_epoch=value.producer_epoch,
        timeout_ms=value.transaction_timeout_ms,
        state=TransactionState(value.transaction_status),
        update_time_ms=value.transaction_last_update_timestamp_ms,
        previous_producer_id=value.previous_producer_id,
        next_producer_id=value.next_producer_id,
        client_transaction_version=value.client_transaction_version,
        partitions={
            row.topic: tuple(sorted(row.partition_ids))
            for row in value.transaction_partitions or ()
        },
        start_time_ms=value.transaction_start_timestamp_ms,
    )


def encode_record(record: CoordinatorRecord) -> tuple[bytes, bytes | None]:
    """Key and value as they lie in the log."""
    key = bytearray(record.key_version.to_bytes(_PREFIX_BYTES, "big"))
    encoder(TransactionLogKey, _KEY_MESSAGE_VERSION)(record.key, key)
    if record.value is None:
        return bytes(key), None
    value = bytearray(record.value_version.to_bytes(_PREFIX_BYTES, "big"))
    encoder(TransactionLogValue, record.value_version)(record.value, value)
    return bytes(key), bytes(value)


def decode_record(key: bytes, value: bytes | None) -> CoordinatorRecord | None:
    """A record of the log; None for a type that this coordinator does not know.

    Raises ProtocolError when key or value is damaged or of a version that we cannot read.
    """
    if int.from_bytes(key[:_PREFIX_BYTES], "big") != TRANSACTION:
        return None
    log_key = decode(TransactionLogKey, _KEY_MESSAGE_VERSION, key[_PREFIX_BYTES:])
    if value is None:
        return CoordinatorRecord(log_key, TRANSACTION, None)
    version = int.from_bytes(value[:_PREFIX_BYTES], "big")
    if version not in TransactionLogValue.VERSIONS:
        raise ProtocolError(f"transaction record of version {version}")
    log_value = decode(TransactionLogValue, version, value[_PREFIX_BYTES:])
    if log_value.transaction_status not in _STATES:
        raise ProtocolError(f"transaction status {log_value.transaction_status} is unknown")
    return CoordinatorRecord(log_key, TRANSACTION, log_value, version)


def _rows(metadata: TransactionMetadata) -> list[PartitionsSchema] | None:
    """None while there is no transaction; after one, and of one that began nothing, none."""
    if metadata.state is TransactionState.EMPTY:
        return None
    return [PartitionsSchema(topic, list(ids)) for topic, ids in metadata.partitions.items()]
