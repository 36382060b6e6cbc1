"""The short way for the common Produce request: one batch for one partition.

This is one of the two hand-written codecs (the other is the Fetch response). It reads the request
where it lies and writes the answer's bytes, and gives up (None) for whatever is not plain: several
topics or partitions, transactions, unknown names, internal topics, faults, batches whose check
takes long. Then the request takes the way of all others through produce.py, which gives the same
bytes for the same request; a test compares the two for every version.
"""

from __future__ import annotations

import struct

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.records.accept import accept_batch
from wirekafka_protocol.records.batch import (
    COMPRESSION_MASK,
    LOG_APPEND_TIME_BIT,
    TRANSACTIONAL_BIT,
)

from wirekafka.apis.heavy_batches import LIGHT_PLAIN_RECORDS, is_heavy
from wirekafka.clock import Clock
from wirekafka.partition.partitions import Partitions, TopicPartitions

_ATTRIBUTES_LOW = 22
"""Where the byte of a batch's attributes is that has all bits with a meaning."""

_MANY_RECORDS_BYTES = LIGHT_PLAIN_RECORDS * 8
"""No batch has more records than that in fewer bytes."""

_UNUSUAL_BITS = LOG_APPEND_TIME_BIT | COMPRESSION_MASK

_FLEXIBLE = 9
_TOPIC_IDS = 13
_HIGHEST = 13
_LOWEST = 3

_HEADER = struct.Struct(">hhih")  # api key, version, correlation id, length of the client id
_ACKS_TOPICS = struct.Struct(">hiBB")  # acks, timeout, topic count + 1, name length + 1
_ACKS_TOPICS_ID = struct.Struct(">hiB")
_PARTITIONS = struct.Struct(">BiB")  # partition count + 1, index, first byte of the records' length
_OLD_ACKS_TOPICS = struct.Struct(">hhiih")  # transactional id length, acks, timeout, topics, name
_OLD_PARTITIONS = struct.Struct(">iii")  # count, index, records' length

_ANSWER_HEAD = struct.Struct(">iiBB")  # size, correlation id, header tags, topic count + 1
_ANSWER_ROW = struct.Struct(">Bihqqq9s")
_TAIL_FLEXIBLE = b"\x01\x00\x00\x00\x00\x00\x00\x00\x00"
"""No record errors, null message, no tags of row and topic; throttle 0, no tags."""

_OLD_HEAD = struct.Struct(">iii")  # size, correlation id, topic count
_OLD_ROW = struct.Struct(">iihqq")
_OLD_ROW_5 = struct.Struct(">iihqqq")


class ProducePath:
    """Stages what it can and answers it; the connection commits before it sends."""

    def __init__(self, partitions: Partitions, clock: Clock) -> None:
        self._partitions = partitions
        self._now_ms = clock.now_ms

    def handle(self, frame: memoryview, pos: int, end: int, version: int) -> bytes | None:
        """The answer to the request in frame[pos:end], or None for the long way."""
        try:
            if version >= _FLEXIBLE:
                if version <= _HIGHEST:
                    return self._flexible(frame, pos, end, version)
            elif version >= _LOWEST:
                return self._fixed(frame, pos, end, version)
        except (IndexError, struct.error, ApiError):
            # Nothing was staged: the long way finds the same fault and answers it.
            return None
        return None

    def _flexible(self, frame: memoryview, pos: int, end: int, version: int) -> bytes | None:
        _, _, correlation_id, client_bytes = _HEADER.unpack_from(frame, pos)
        at = pos + 10 + (client_bytes if client_bytes > 0 else 0)
        if frame[at] or frame[at + 1]:  # header tags, a transactional id
            return None
        if version >= _TOPIC_IDS:
            acks, _, topics = _ACKS_TOPICS_ID.unpack_from(frame, at + 2)
            name_at = at + 9
            at = name_at + 16
            topic = self._partitions.by_id.get(bytes(frame[name_at:at]))
        else:
            acks, _, topics, name_bytes = _ACKS_TOPICS.unpack_from(frame, at + 2)
            if name_bytes > 0x7F:
                return None
            name_at = at + 10
            at = name_at + name_bytes - 1
            topic = self._partitions.by_name_bytes.get(bytes(frame[name_at:at]))
        count, index, size = _PARTITIONS.unpack_from(frame, at)
        if topic is None or topics != 2 or count != 2 or acks not in (1, -1):
            return None
        at += 6
        if size > 0x7F:
            size &= 0x7F
            shift = 7
            while True:
                byte = frame[at]
                at += 1
                size |= (byte & 0x7F) << shift
                if byte < 0x80:
                    break
                shift += 7
                if shift > 28:
                    return None
        records_end = at + size - 1
        if (
            records_end + 3 > end
            or frame[records_end]  # tags of the partition, the topic, the request
            or frame[records_end + 1]
            or frame[records_end + 2]
        ):
            return None
        staged = self._stage(frame[at:records_end], topic, index, version)
        if staged is None:
            return None
        base_offset, append_time_ms, log_start_offset = staged
        name = topic.topic_id if version >= _TOPIC_IDS else topic.compact_name
        return b"".join(
            (
                _ANSWER_HEAD.pack(len(name) + 46, correlation_id, 0, 2),
                name,
                _ANSWER_ROW.pack(
                    2, index, 0, base_offset, append_time_ms, log_start_offset, _TAIL_FLEXIBLE
                ),
            )
        )

    def _fixed(self, frame: memoryview, pos: int, end: int, version: int) -> bytes | None:
        _, _, correlation_id, client_bytes = _HEADER.unpack_from(frame, pos)
        at = pos + 10 + (client_bytes if client_bytes > 0 else 0)
        transactional, acks, _, topics, name_bytes = _OLD_ACKS_TOPICS.unpack_from(frame, at)
        at += 14
        topic = self._partitions.by_name_bytes.get(bytes(frame[at : at + name_bytes]))
        if topic is None or transactional != -1 or topics != 1 or acks not in (1, -1):
            return None
        at += name_bytes
        count, index, size = _OLD_PARTITIONS.unpack_from(frame, at)
        at += 12
        if count != 1 or size < 0 or at + size > end:
            return None
        staged = self._stage(frame[at : at + size], topic, index, version)
        if staged is None:
            return None
        base_offset, append_time_ms, log_start_offset = staged
        name = topic.short_name
        if version >= 8:
            row = _OLD_ROW_5.pack(1, index, 0, base_offset, append_time_ms, log_start_offset)
            row += b"\0\0\0\0\xff\xff"  # no record errors, null message
        elif version >= 5:
            row = _OLD_ROW_5.pack(1, index, 0, base_offset, append_time_ms, log_start_offset)
        else:
            row = _OLD_ROW.pack(1, index, 0, base_offset, append_time_ms)
        size = 8 + len(name) + len(row) + 4
        return b"".join((_OLD_HEAD.pack(size, correlation_id, 1), name, row, b"\0\0\0\0"))

    def _stage(
        self, records: memoryview, topic: TopicPartitions, index: int, version: int
    ) -> tuple[int, int, int] | None:
        """Base offset, append time and log start offset; None for the long way."""
        if topic.internal or not 0 <= index < len(topic.partitions):
            return None
        partition = topic.partitions[index]
        if partition is None or partition.offline:
            return None
        now_ms = self._now_ms()
        rules = partition.rules or topic.produce_rules(partition)
        unusual = records[_ATTRIBUTES_LOW] & _UNUSUAL_BITS
        if not rules.keeps_plain_batches or (
            (unusual or len(records) > _MANY_RECORDS_BYTES)
            # Its times are corrected in place: to the long way it would look different, if the log
            # refuses it.
            and (unusual & LOG_APPEND_TIME_BIT or is_heavy(records, rules))
        ):
            return None
        header, batch = accept_batch(records, version, rules, now_ms)
        if header.attributes & TRANSACTIONAL_BIT:
            return None
        log = partition.log
        base_offset, append_time_ms, duplicate = log.stage(
            batch, header, leader_epoch=partition.leader_epoch, now_ms=now_ms
        )
        if not duplicate:
            self._partitions.staged.append(partition)
        return base_offset, append_time_ms, log.log_start_offset
