"""May this batch be appended? What Kafka's broker asks of the records of a Produce request.

Three steps, in Kafka's order, because the first fault decides the answer:

1. `check_framing`, when the request is parsed: one whole batch of magic 2 is there.
2. `check_header`, at the log: sizes, checksum, and what the header says about itself.
3. `check_contents`, at the log: the records are whole (check.py), have keys where the topic is
   compacted, and timestamps within the topic's bounds.

Every fault is a BatchRejected, which also says what Kafka's answer shows besides the code. Measured
on Kafka 4.3.1; the cases are in tests/protocol/golden/produce_answers.json. On purpose we differ:
- A compressed batch whose records lie about their own length is refused (87); Kafka stores it.
- A batch that unfolds to more than MAX_DECOMPRESSED_BYTES is refused (-1); Kafka reads on.
- gzip whose trailer is bad is -1 even where the records show another fault first.
Source: `ProduceRequest.validateRecords`, `UnifiedLog.analyzeAndValidateRecords`, `LogValidator`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError
from wirekafka_protocol.records.batch import (
    ATTRIBUTES_POSITION,
    COMPRESSION_MASK,
    CONTROL_BIT,
    HEADER_BYTES,
    LENGTH_POSITION,
    LOG_APPEND_TIME_BIT,
    LOG_OVERHEAD_BYTES,
    MAGIC,
    MAGIC_POSITION,
    NO_TIMESTAMP,
    BatchHeader,
    read_header,
)
from wirekafka_protocol.records.check import OverlongRecordLength, check_records
from wirekafka_protocol.records.compression import Compression, CompressionError, decompress
from wirekafka_protocol.records.crc import crc32c
from wirekafka_protocol.records.record import Record, parse_records

ZSTD_MIN_VERSION = 7  # of Produce (KIP-110)
_LEAST_LENGTH = 14  # a message of magic 0 with nothing in it; what Kafka compares with
_SHOWN_RECORD_ERRORS = 3
_INT64_ENDS = 1 << 63


class RecordError(NamedTuple):
    """Why one record of a refused batch is at fault (Produce from v8, KIP-467)."""

    batch_index: int
    message: str


class BatchRejected(ApiError):
    """A batch that is not appended.

    `message` is what Kafka's answer carries, None for most; `reason` is for our log and always
    there. knows_log_start: the answer carries the partition's log start offset, else -1.
    rejects_request: every partition of the request gets this answer, not only this one.
    """

    def __init__(
        self,
        code: ErrorCode,
        reason: str,
        *,
        message: str | None = None,
        record_errors: Sequence[RecordError] = (),
        knows_log_start: bool = True,
        rejects_request: bool = False,
    ) -> None:
        super().__init__(code, message)
        self.reason = reason
        self.record_errors = record_errors
        self.knows_log_start = knows_log_start
        self.rejects_request = rejects_request

    def __str__(self) -> str:
        return f"{self.code.name}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ProduceRules:
    """What the topic's configuration asks of a batch; `partition` is its name, like orders-0."""

    partition: str
    max_message_bytes: int = 1024 * 1024 + LOG_OVERHEAD_BYTES
    segment_bytes: int = 1024 * 1024 * 1024
    is_compacted: bool = False
    is_append_time: bool = False
    timestamp_before_max_ms: int = _INT64_ENDS - 1
    timestamp_after_max_ms: int = 60 * 60 * 1000
    compression: Compression | None = None  # None: as the producer chose
    compression_level: int | None = None
    keeps_plain_batches: bool = field(init=False)

    def __post_init__(self) -> None:
        """Whether the records of an uncompressed batch, with keys or without, stay as they came."""
        usual = not (self.is_compacted or self.compression)
        object.__setattr__(self, "keeps_plain_batches", usual)


class Contents(NamedTuple):
    """What check_contents found out.

    `plain` are the records, decompressed if need be; `max_timestamp` is theirs (or -1, if that is
    later), which Kafka writes into the header when the client wrote another one. No record is older
    than `earliest_timestamp`.
    """

    plain: bytes | memoryview
    earliest_timestamp: int
    max_timestamp: int
    has_sequential_offsets: bool


def validate_produce(
    records: memoryview, api_version: int, rules: ProduceRules, now_ms: int
) -> BatchHeader:
    """All three steps. Raises BatchRejected. Bytes behind the batch are possible, and ignored."""
    header = check_framing(records, api_version)
    batch = records[: header.length + LOG_OVERHEAD_BYTES]
    check_header(header, batch, rules)
    check_contents(header, batch, rules, now_ms)
    return header


def check_framing(records: memoryview, api_version: int) -> BatchHeader:
    """One whole batch is there, and a codec that this version of Produce may use."""
    if len(records) >= HEADER_BYTES:
        header = read_header(records)
        if (
            header.length + LOG_OVERHEAD_BYTES == len(records)
            and header.magic == MAGIC
            and (api_version >= ZSTD_MIN_VERSION or header.attributes & COMPRESSION_MASK == 0)
        ):
            return header
    return _check_unusual_framing(records, api_version)


def check_header(header: BatchHeader, batch: memoryview, rules: ProduceRules) -> None:
    """What can be said without looking at the records; batch is exactly that batch."""
    if header.base_offset:
        raise _invalid(f"base offset {header.base_offset} in a batch for {rules.partition}")
    if len(batch) > rules.max_message_bytes:
        raise too_large(len(batch), rules)
    if crc32c(batch[ATTRIBUTES_POSITION:]) != header.crc:
        raise _corrupt(f"checksum of a batch for {rules.partition} is not {header.crc}")
    attributes, count = header.attributes, header.record_count
    if attributes & COMPRESSION_MASK > Compression.ZSTD:
        reason = f"unknown compression type {attributes & COMPRESSION_MASK}"
        raise BatchRejected(ErrorCode.UNKNOWN_SERVER_ERROR, reason)
    if count <= 0 or header.last_offset_delta != count - 1:
        raise _invalid(f"{count} records and last offset delta {header.last_offset_delta}")
    if attributes & CONTROL_BIT:
        raise _invalid(f"control batch from a client for {rules.partition}")
    if header.base_sequence < 0 <= header.producer_id:
        raise _invalid(f"sequence {header.base_sequence} of producer {header.producer_id}")


def check_contents(
    header: BatchHeader, batch: memoryview, rules: ProduceRules, now_ms: int
) -> Contents:
    """Look at every record. The header has passed check_header."""
    attributes = header.attributes
    plain: bytes | memoryview = batch[HEADER_BYTES:]
    try:
        if attributes & COMPRESSION_MASK:
            plain = decompress(attributes & COMPRESSION_MASK, plain)
        found = check_records(plain, header.record_count)
    except CompressionError as error:
        raise BatchRejected(ErrorCode.UNKNOWN_SERVER_ERROR, str(error)) from None
    except OverlongRecordLength as error:
        if attributes & COMPRESSION_MASK:
            raise _invalid(str(error)) from None
        raise BatchRejected(ErrorCode.UNKNOWN_SERVER_ERROR, str(error)) from None
    except ProtocolError as error:
        raise _invalid(str(error)) from None

    min_delta, max_delta, has_null_key, has_sequential_offsets = found
    if attributes & LOG_APPEND_TIME_BIT:
        # Then the header's time is every record's. Few clients do this; none should.
        earliest = latest = header.max_timestamp
        is_time_usual = False
    else:
        earliest, latest = header.base_timestamp + min_delta, header.base_timestamp + max_delta
        # All timestamps between the two are within bounds when these are; otherwise we look.
        is_time_usual = rules.is_append_time or (
            now_ms - rules.timestamp_before_max_ms <= earliest
            and latest <= now_ms + rules.timestamp_after_max_ms
        )
    if not is_time_usual or (has_null_key and rules.is_compacted):
        _check_each_record(header, plain, rules, now_ms)
    if not -_INT64_ENDS <= earliest <= latest < _INT64_ENDS:
        earliest = -_INT64_ENDS
        latest = max(record.timestamp for record in produced_records(header, plain))
    return Contents(plain, earliest, max(latest, NO_TIMESTAMP), has_sequential_offsets)


def produced_records(header: BatchHeader, plain: bytes | memoryview) -> list[Record]:
    """The records of a checked batch, with timestamps that wrap as Java's do."""
    records = parse_records(header, bytes(plain))
    for record in records:
        record.timestamp = _int64(record.timestamp)
    return records


def too_large(size_bytes: int, rules: ProduceRules) -> BatchRejected:
    """The answer to a batch above max.message.bytes, as sent or as recompressed."""
    return BatchRejected(
        ErrorCode.MESSAGE_TOO_LARGE,
        f"{size_bytes} bytes for {rules.partition}, max.message.bytes {rules.max_message_bytes}",
        knows_log_start=False,
    )


def _check_unusual_framing(records: memoryview, api_version: int) -> BatchHeader:
    """The slow, complete form of check_framing."""
    size = _batch_bytes(records, 0, rejects_request=True)
    if size is None:
        raise _invalid(f"no whole batch in {len(records)} bytes", knows_log_start=False)
    if records[MAGIC_POSITION] != MAGIC:
        reason = f"magic {records[MAGIC_POSITION]} in Produce v{api_version}"
        raise _invalid(reason, knows_log_start=False)
    if size < HEADER_BYTES:
        raise _corrupt(f"batch of {size} bytes")
    header = read_header(records)
    if api_version < ZSTD_MIN_VERSION:
        if header.compression == Compression.ZSTD:
            code = ErrorCode.UNSUPPORTED_COMPRESSION_TYPE
            raise BatchRejected(code, f"zstd in Produce v{api_version}", knows_log_start=False)
        if header.compression > Compression.ZSTD:
            code, reason = ErrorCode.UNKNOWN_SERVER_ERROR, "unknown compression type"
            raise BatchRejected(code, reason, knows_log_start=False, rejects_request=True)
    if _batch_bytes(records, size, rejects_request=False) is not None:
        raise _invalid("more than one batch for a partition", knows_log_start=False)
    return header


def _batch_bytes(records: memoryview, position: int, *, rejects_request: bool) -> int | None:
    """The size of the batch at position, None when it is not whole.

    A fault in the first batch of a request is found while Kafka looks for transactional ones; then
    it answers all partitions with it, and with a message.
    """
    left = len(records) - position
    if left < LOG_OVERHEAD_BYTES:
        return None
    start = position + LENGTH_POSITION
    length = int.from_bytes(records[start : start + 4], "big", signed=True)
    if length < _LEAST_LENGTH:
        reason = f"Record size {length} is less than the minimum record overhead ({_LEAST_LENGTH})"
    elif left <= MAGIC_POSITION:
        return None
    elif (magic := records[position + MAGIC_POSITION]) > MAGIC:
        reason = f"Invalid magic found in record: {magic - 256 if magic > 127 else magic}"
    else:
        size = length + LOG_OVERHEAD_BYTES
        return size if size <= left else None
    raise BatchRejected(
        ErrorCode.CORRUPT_MESSAGE,
        reason,
        message=reason if rejects_request else None,
        knows_log_start=False,
        rejects_request=rejects_request,
    )


def _check_each_record(
    header: BatchHeader, plain: bytes | memoryview, rules: ProduceRules, now_ms: int
) -> None:
    """Collect the faults of single records, and raise them all together."""
    errors = []
    has_bad_time = False
    for index, record in enumerate(produced_records(header, plain)):
        if record.key is None and rules.is_compacted:
            message = (
                "Compacted topic cannot accept message without key in topic partition "
                f"{rules.partition}"
            )
        else:
            time_message = _time_fault(header, record, rules, now_ms)
            if time_message is None:
                continue
            message, has_bad_time = time_message, True
        errors.append(RecordError(index, message))
    if not errors:
        return
    if has_bad_time:
        code = ErrorCode.INVALID_TIMESTAMP
        message = "One or more records have been rejected due to invalid timestamp"
    else:
        code = ErrorCode.INVALID_RECORD
        shown = ", ".join(
            f"RecordError(batchIndex={error.batch_index}, message='{error.message}')"
            for error in errors[:_SHOWN_RECORD_ERRORS]
        )
        message = (
            f"One or more records have been rejected due to {len(errors)} record errors in total, "
            f"and only showing the first three errors at most: [{shown}]"
        )
    raise BatchRejected(code, errors[0].message, message=message, record_errors=errors)


def _time_fault(
    header: BatchHeader, record: Record, rules: ProduceRules, now_ms: int
) -> str | None:
    """What is wrong with the record's timestamp. -1, none, is always allowed."""
    time = record.timestamp
    if not rules.is_append_time and time != NO_TIMESTAMP:
        behind_ms = _int64(now_ms - time)
        before_ms, after_ms = rules.timestamp_before_max_ms, rules.timestamp_after_max_ms
        if behind_ms > before_ms or _int64(-behind_ms) > after_ms:
            low, high = _int64(now_ms - before_ms), _int64(now_ms + after_ms)
            return (
                f"Timestamp {time} of message with offset {record.offset} is out of range. "
                f"The timestamp should be within [{low}, {high}]"
            )
        return None
    if header.attributes & LOG_APPEND_TIME_BIT:
        return (
            f"Invalid timestamp type in message of offset {record.offset}, timestamp {time}. "
            "Producer should not set timestamp type to LogAppendTime."
        )
    return None


def _int64(number: int) -> int:
    return (number + _INT64_ENDS) % (2 * _INT64_ENDS) - _INT64_ENDS


def _invalid(reason: str, *, knows_log_start: bool = True) -> BatchRejected:
    return BatchRejected(ErrorCode.INVALID_RECORD, reason, knows_log_start=knows_log_start)


def _corrupt(reason: str) -> BatchRejected:
    return BatchRejected(ErrorCode.CORRUPT_MESSAGE, reason, knows_log_start=False)
