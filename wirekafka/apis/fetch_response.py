"""The Fetch response as parts: header bytes and file ranges, without copying records.

This is one of the two hand-written encodings (the other is Produce). `frame` gives exactly the
bytes that the compiled codec would give for the same response; a test compares the two for every
version. Responses with leader hints, which are rare, are left to the codec.
"""

from __future__ import annotations

import struct
from typing import Any

from wirekafka_protocol.codec import encoder
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.fetch import (
    AbortedTransaction,
    EpochEndOffset,
    FetchableTopicResponse,
    FetchResponse,
    LeaderIdAndEpoch,
    NodeEndpoint,
    PartitionData,
)
from wirekafka_protocol.varints import write_uvarint

from wirekafka.partition.fetch import FetchRow

_FLEXIBLE = 12
_TOPIC_IDS = 13
_LEADER_HINTS = 16
_NOT_LEADER = (int(ErrorCode.NOT_LEADER_OR_FOLLOWER), int(ErrorCode.FENCED_LEADER_EPOCH))

_SIZE_AND_CORRELATION = struct.Struct(">ii")
_INT32 = struct.Struct(">i")
_ABORTED = struct.Struct(">qq")
_ROW_4 = struct.Struct(">ihqq")  # index, error, high watermark, last stable offset
_ROW_5 = struct.Struct(">ihqqq")  # and log start offset

Leader = tuple[int, str, int]
"""Node id, host and port of the leader that hints name."""


def frame(
    version: int, correlation_id: int, session_id: int, rows: list[FetchRow], leader: Leader
) -> list[Any]:
    """The whole response frame as parts: bytes and LogSlices."""
    if version >= _FLEXIBLE:
        for row in rows:
            if row.diverging is not None or (version >= _LEADER_HINTS and row.error in _NOT_LEADER):
                return _by_codec(version, correlation_id, session_id, rows, leader)
        return _flexible(version, correlation_id, session_id, rows)
    return _fixed(version, correlation_id, session_id, rows)


def body_size(version: int, answer: list[Any]) -> int:
    """What Kafka counts of an answer: the body and 4 bytes for a size (`FetchResponse.sizeOf`)."""
    size = sum(part.size if hasattr(part, "size") else len(part) for part in answer)
    return size - _throttle_at(version) + _INT32.size


def with_throttle_time(version: int, answer: list[Any], throttle_ms: int) -> list[Any]:
    """The answer with this throttle_time_ms, which is the first field of the body."""
    head = bytearray(answer[0])
    _INT32.pack_into(head, _throttle_at(version), throttle_ms)
    return [head, *answer[1:]]


def _throttle_at(version: int) -> int:
    """Behind size and correlation id, and the tags of a flexible header."""
    return 9 if version >= _FLEXIBLE else 8


def _flexible(
    version: int, correlation_id: int, session_id: int, rows: list[FetchRow]
) -> list[Any]:
    out = bytearray(b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")  # size, correlation, tags, throttle, error
    parts: list[Any] = []
    size = 0
    out += _INT32.pack(session_id)
    topics = _by_topic(rows)
    write_uvarint(out, len(topics) + 1)
    for topic, members in topics:
        if version >= _TOPIC_IDS:
            out += topic
        else:
            name = topic.encode()
            write_uvarint(out, len(name) + 1)
            out += name
        write_uvarint(out, len(members) + 1)
        for row in members:
            out += _ROW_5.pack(
                row.target.index,
                row.error,
                row.high_watermark,
                row.last_stable_offset,
                row.log_start_offset,
            )
            if row.aborted is None:
                out += b"\0"
            else:
                write_uvarint(out, len(row.aborted) + 1)
                for pair in row.aborted:
                    out += _ABORTED.pack(*pair)
                    out += b"\0"
            out += b"\xff\xff\xff\xff"  # no preferred read replica
            records = row.records
            if records is None or records.size == 0:
                out += b"\1\0"
            else:
                write_uvarint(out, records.size + 1)
                size += len(out) + records.size
                parts.append(out)
                parts.append(records)
                out = bytearray(b"\0")
        out += b"\0"
    out += b"\0"
    parts.append(out)
    _SIZE_AND_CORRELATION.pack_into(parts[0], 0, size + len(out) - 4, correlation_id)
    return parts


def _fixed(version: int, correlation_id: int, session_id: int, rows: list[FetchRow]) -> list[Any]:
    out = bytearray(12)  # size, correlation, throttle
    parts: list[Any] = []
    size = 0
    if version >= 7:
        out += b"\0\0"
        out += _INT32.pack(session_id)
    topics = _by_topic(rows)
    out += _INT32.pack(len(topics))
    for topic, members in topics:
        name = topic.encode()
        out += struct.pack(">h", len(name))
        out += name
        out += _INT32.pack(len(members))
        for row in members:
            index, error = row.target.index, row.error
            if version >= 5:
                out += _ROW_5.pack(
                    index,
                    error,
                    row.high_watermark,
                    row.last_stable_offset,
                    row.log_start_offset,
                )
            else:
                out += _ROW_4.pack(index, error, row.high_watermark, row.last_stable_offset)
            out += _INT32.pack(-1 if row.aborted is None else len(row.aborted))
            for pair in row.aborted or ():
                out += _ABORTED.pack(*pair)
            if version >= 11:
                out += b"\xff\xff\xff\xff"
            records = row.records
            if records is None or records.size == 0:
                out += b"\0\0\0\0"
            else:
                out += _INT32.pack(records.size)
                size += len(out) + records.size
                parts.append(out)
                parts.append(records)
                out = bytearray()
    if out or not parts:
        parts.append(out)
    _SIZE_AND_CORRELATION.pack_into(parts[0], 0, size + len(out) - 4, correlation_id)
    return parts


def _by_topic(rows: list[FetchRow]) -> list[tuple[Any, list[FetchRow]]]:
    """Neighbouring rows of one topic together; order is kept, as clients are told it."""
    topics: list[tuple[Any, list[FetchRow]]] = []
    last: Any = None
    for row in rows:
        if topics and row.target.topic == last:
            topics[-1][1].append(row)
        else:
            last = row.target.topic
            topics.append((last, [row]))
    return topics


def response(version: int, session_id: int, rows: list[FetchRow], leader: Leader) -> FetchResponse:
    """The same answer as a message, records read into memory."""
    message = FetchResponse(session_id=session_id)
    node_id, host, port = leader
    for topic, members in _by_topic(rows):
        answer = FetchableTopicResponse()
        if version >= _TOPIC_IDS:
            answer.topic_id = topic
        else:
            answer.topic = topic
        for row in members:
            data = PartitionData(
                partition_index=row.target.index,
                error_code=row.error,
                high_watermark=row.high_watermark,
                last_stable_offset=row.last_stable_offset,
                log_start_offset=row.log_start_offset,
                records=row.records.read_bytes() if row.records is not None else b"",
                aborted_transactions=None
                if row.aborted is None
                else [AbortedTransaction(*pair) for pair in row.aborted],
            )
            if row.diverging is not None:
                data.diverging_epoch = EpochEndOffset(*row.diverging)
            if version >= _LEADER_HINTS and row.error in _NOT_LEADER and row.partition is not None:
                data.current_leader = LeaderIdAndEpoch(node_id, row.partition.leader_epoch)
                message.node_endpoints = [NodeEndpoint(node_id, host, port)]
            answer.partitions.append(data)
        message.responses.append(answer)
    return message


def _by_codec(
    version: int, correlation_id: int, session_id: int, rows: list[FetchRow], leader: Leader
) -> list[Any]:
    out = bytearray(9 if version >= _FLEXIBLE else 8)
    encoder(FetchResponse, version)(response(version, session_id, rows, leader), out)
    _SIZE_AND_CORRELATION.pack_into(out, 0, len(out) - 4, correlation_id)
    return [out]
