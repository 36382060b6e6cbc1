"""From what a client sent to what the log gets: validate, then rewrite what the topic asks for.

Most batches pass unchanged, as a view of the bytes that were received. Kafka rewrites a batch
- whose max_timestamp is not its records' (in place), or that claims append time in a topic without,
- whose codec is not the topic's compression.type: the records are packed anew.
Base offset, leader epoch and LogAppendTime are the log's to set, afterwards: so a batch that the
log refuses still looks as it came. What validation refuses and why is in validate.py.
Source: `LogValidator.assignOffsetsNonCompressed`, `validateMessagesAndAssignOffsetsCompressed`,
`DefaultRecordBatch.setMaxTimestamp`.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.records.batch import (
    ATTRIBUTES_POSITION,
    COMPRESSION_MASK,
    HEADER_BYTES,
    LOG_APPEND_TIME_BIT,
    LOG_OVERHEAD_BYTES,
    MAGIC,
    MEANINGFUL_BITS,
    NO_PRODUCER_ID,
    NO_TIMESTAMP,
    TRANSACTIONAL_BIT,
    BatchHeader,
    read_header,
    rewrite_times,
)
from wirekafka_protocol.records.check import check_records
from wirekafka_protocol.records.crc import crc32c
from wirekafka_protocol.records.record import (
    build_batch,
    pack_batch,
    plain_records,
)
from wirekafka_protocol.records.validate import (
    BatchRejected,
    Contents,
    ProduceRules,
    check_contents,
    check_framing,
    check_header,
    produced_records,
    too_large,
)
from wirekafka_protocol.records.varint import read_varint, read_varlong


def accept_batch(
    records: memoryview, api_version: int, rules: ProduceRules, now_ms: int
) -> tuple[BatchHeader, memoryview]:
    """The header and the bytes of the batch to append; raises BatchRejected.

    The bytes are a view of `records`, which may be changed in place, or of fresh memory.
    """
    usual = _accept_usual(records, rules, now_ms)
    return _accept_any(records, api_version, rules, now_ms) if usual is None else usual


def _accept_usual(
    records: memoryview, rules: ProduceRules, now_ms: int
) -> tuple[BatchHeader, memoryview] | None:
    """The same in half the time, for a plain faultless batch to a topic without special wishes.

    None: have a closer look. Tests hold the two against each other.
    """
    size_bytes = len(records)
    if size_bytes < HEADER_BYTES or not rules.keeps_plain_batches:
        return None
    header = read_header(records)
    (
        base_offset,
        length,
        _,
        magic,
        crc,
        attributes,
        last_offset_delta,
        base_timestamp,
        max_timestamp,
        producer_id,
        _,
        base_sequence,
        record_count,
    ) = header
    if (
        length + LOG_OVERHEAD_BYTES != size_bytes
        or magic != MAGIC
        or base_offset
        or attributes & ~TRANSACTIONAL_BIT
        or record_count <= 0
        or last_offset_delta != record_count - 1
        or base_sequence < 0 <= producer_id
        or size_bytes > rules.max_message_bytes
        or size_bytes > rules.segment_bytes
        or crc32c(records[ATTRIBUTES_POSITION:]) != crc
    ):
        return None
    try:
        low, high, _, _ = check_records(records, record_count, HEADER_BYTES)
    except ProtocolError:
        return None
    if (
        base_timestamp + high != max_timestamp
        or max_timestamp < NO_TIMESTAMP
        or max_timestamp > now_ms + rules.timestamp_after_max_ms
        or base_timestamp + low < now_ms - rules.timestamp_before_max_ms
    ) and not rules.is_append_time:
        return None
    return header, records


def _accept_any(
    records: memoryview, api_version: int, rules: ProduceRules, now_ms: int
) -> tuple[BatchHeader, memoryview]:
    header = check_framing(records, api_version)
    batch = records[: header.length + LOG_OVERHEAD_BYTES]
    check_header(header, batch, rules)
    contents = check_contents(header, batch, rules, now_ms)
    max_timestamp = now_ms if rules.is_append_time else contents.max_timestamp

    kind = header.attributes & COMPRESSION_MASK
    if rules.compression is not None and rules.compression != kind:
        batch = _pack_again(header, contents, max_timestamp, rules)
        if len(batch) > rules.max_message_bytes:
            raise too_large(len(batch), rules)
        header = read_header(batch)
    elif kind and not contents.has_sequential_offsets:
        # Kafka wants to renumber the records here, but has skipped their keys, and fails.
        reason = f"offset deltas of a compressed batch for {rules.partition} do not count up"
        raise BatchRejected(ErrorCode.UNKNOWN_SERVER_ERROR, reason)
    elif not rules.is_append_time and (
        max_timestamp != header.max_timestamp or header.attributes & LOG_APPEND_TIME_BIT
    ):
        batch = _correct_times(batch, header.attributes, max_timestamp)
        header = read_header(batch)
    if len(batch) > rules.segment_bytes:
        raise BatchRejected(
            ErrorCode.RECORD_LIST_TOO_LARGE,
            f"{len(batch)} bytes for {rules.partition}, segment.bytes {rules.segment_bytes}",
            knows_log_start=False,
        )
    return header, batch


def recompress(batch: bytes | bytearray | memoryview, kind: int, level: int | None = None) -> bytes:
    """The same records, offsets and times in one batch of another codec. Raises ProtocolError."""
    header = read_header(batch)
    plain = plain_records(header, batch)
    attributes = header.attributes & ~COMPRESSION_MASK | kind
    return pack_batch(header._replace(attributes=attributes), plain, level)


def _correct_times(batch: memoryview, attributes: int, max_timestamp: int) -> memoryview:
    """Correct the largest time and its type; bits that have no meaning are cleared on the way."""
    if batch.readonly:
        batch = memoryview(bytearray(batch))
    rewrite_times(batch, attributes & MEANINGFUL_BITS & ~LOG_APPEND_TIME_BIT, max_timestamp)
    return batch


def _pack_again(
    header: BatchHeader, contents: Contents, max_timestamp: int, rules: ProduceRules
) -> memoryview:
    """The records in the topic's codec, numbered from 0, the first one's time as base timestamp."""
    assert rules.compression is not None
    if header.producer_id < NO_PRODUCER_ID or header.producer_epoch < 0 <= header.producer_id:
        raise _unpackable(f"producer id {header.producer_id}, epoch {header.producer_epoch}")
    attributes = header.attributes & TRANSACTIONAL_BIT | rules.compression
    if rules.is_append_time:
        attributes |= LOG_APPEND_TIME_BIT
    plain = contents.plain
    if (
        contents.has_sequential_offsets
        and contents.earliest_timestamp >= 0
        and not header.attributes & LOG_APPEND_TIME_BIT
        and not _first_time_delta(plain)
    ):
        # Then packing the records one by one would give the same bytes.
        fresh = header._replace(attributes=attributes, max_timestamp=max_timestamp)
        return memoryview(bytearray(pack_batch(fresh, plain, rules.compression_level)))
    records = produced_records(header, plain)
    for offset, record in enumerate(records):
        record.offset = offset
        if record.timestamp < NO_TIMESTAMP:
            raise _unpackable(f"timestamp {record.timestamp} of record {offset}")
    batch = build_batch(
        records,
        compression=rules.compression,
        compression_level=rules.compression_level,
        attributes=attributes,
        max_timestamp=max_timestamp,
        producer_id=header.producer_id,
        producer_epoch=header.producer_epoch,
        base_sequence=header.base_sequence,
    )
    return memoryview(bytearray(batch))


def _unpackable(what: str) -> BatchRejected:
    """Kafka stores such a batch as it is, but its builder of batches refuses to make one."""
    return BatchRejected(ErrorCode.UNKNOWN_SERVER_ERROR, f"{what} in a batch to be recompressed")


def _first_time_delta(plain: bytes | memoryview) -> int:
    _, position = read_varint(plain, 0)
    return read_varlong(plain, position + 1)[0]
