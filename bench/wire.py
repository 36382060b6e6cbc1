"""Just enough of Kafka's wire format to build requests once and to read the answers that we time.

Independent of wirekafka_protocol on purpose: a benchmark that shares the broker's codec cannot see
its mistakes. Versions are the highest that are not flexible where that saves code; all of them are
served by Kafka 4.3 and by wirekafka. Layouts: Kafka's protocol guide.
"""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass

import crc32c
import lz4.frame

PRODUCE, FETCH, LIST_OFFSETS, METADATA, API_VERSIONS = 0, 1, 2, 3, 18
CREATE_TOPICS, DELETE_TOPICS, INCREMENTAL_ALTER_CONFIGS = 19, 20, 44
TOPIC_RESOURCE, SET_CONFIG = 2, 0

CORRELATION_ID = 7  # the same in every request: precomputed frames, answers of equal length
CLIENT_ID = b"bench"

NONE, LZ4 = 0, 3  # compression types of a batch

LATEST_TIMESTAMP = -1
TIMESTAMP_MS = time.time_ns() // 1_000_000  # now: retention must not find old records


def string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">h", len(raw)) + raw


def compact(raw: bytes) -> bytes:
    """A compact string or bytes field: unsigned varint of length + 1, then the bytes."""
    return uvarint(len(raw) + 1) + raw


def uvarint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def varint(number: int) -> bytes:
    return uvarint(number << 1)  # zigzag of what is never negative here


def frame(api_key: int, version: int, body: bytes, *, flexible: bool = False) -> bytes:
    """One request with its length and header (v1, or v2 when flexible)."""
    header = struct.pack(">hhih", api_key, version, CORRELATION_ID, len(CLIENT_ID)) + CLIENT_ID
    if flexible:
        header += b"\0"
    return struct.pack(">i", len(header) + len(body)) + header + body


def api_versions_frame() -> bytes:
    return frame(API_VERSIONS, 0, b"")


def record_batch(
    values: list[bytes], keys: list[bytes] | None = None, *, compression: int = NONE
) -> bytes:
    """A v2 record batch of records without headers, with a key each or none."""
    records = bytearray()
    for delta, value in enumerate(values):
        key = b"\x01" if keys is None else varint(len(keys[delta])) + keys[delta]
        body = b"\0" + varint(0) + varint(delta) + key + varint(len(value)) + value + b"\0"
        records += varint(len(body)) + body
    last = len(values) - 1
    packed = lz4_frame(bytes(records)) if compression == LZ4 else bytes(records)
    times = TIMESTAMP_MS, TIMESTAMP_MS
    rest = struct.pack(">hiqqqhii", compression, last, *times, -1, -1, -1, len(values)) + packed
    head = struct.pack(">qiibI", 0, len(rest) + 9, -1, 2, crc32c.crc32c(rest))
    return head + rest


def lz4_frame(plain: bytes) -> bytes:
    """As Kafka's clients write them: independent blocks of 64 KB."""
    packed = lz4.frame.compress(
        plain, block_size=lz4.frame.BLOCKSIZE_MAX64KB, block_linked=False, store_size=False
    )
    return bytes(packed)


def produce_frame(topic: str, partition: int, batch: bytes, *, acks: int = 1) -> bytes:
    """Produce v9: flexible, topics by name."""
    body = b"".join(
        (
            b"\0",  # no transactional id
            struct.pack(">hi", acks, 30_000),
            b"\x02" + compact(topic.encode()),
            b"\x02" + struct.pack(">i", partition),
            compact(batch) + b"\0",
            b"\0",
            b"\0",
        )
    )
    return frame(PRODUCE, 9, body, flexible=True)


def produce_error(response: bytes | bytearray | memoryview, topic: str) -> int:
    """The error code in a Produce v9 response to one partition."""
    # length, correlation id, tags | topics count, name, partitions count, index, error
    at = 4 + 4 + 1 + 1 + len(compact(topic.encode())) + 1 + 4
    (code,) = struct.unpack_from(">h", response, at)
    return int(code)


def fetch_frame(
    topic: str, partition: int, offset: int, *, max_wait_ms: int, partition_max_bytes: int
) -> bytes:
    """Fetch v11 without a session, of one partition."""
    body = struct.pack(">iiiibii", -1, max_wait_ms, 1, partition_max_bytes, 0, 0, -1)
    body += struct.pack(">i", 1) + string(topic) + struct.pack(">i", 1)
    body += struct.pack(">iiqqi", partition, -1, offset, -1, partition_max_bytes)
    body += struct.pack(">i", 0) + string("")
    return frame(FETCH, 11, body)


def fetch_head_bytes(topic: str) -> int:
    """Length of a Fetch v11 response up to its records when no transaction was aborted."""
    return 4 + 4 + 4 + 2 + 4 + 4 + len(string(topic)) + 4 + (4 + 2 + 8 + 8 + 8 + 4 + 4 + 4)


@dataclass(frozen=True, slots=True)
class FetchHead:
    """What precedes the records in a Fetch answer."""

    error_code: int
    records_bytes: int


def fetch_head(response: bytes | memoryview, topic: str) -> FetchHead:
    at = 4 + 4 + 4 + 2 + 4 + 4 + len(string(topic)) + 4 + 4
    (error_code,) = struct.unpack_from(">h", response, at)
    aborted, _, records_bytes = struct.unpack_from(">iii", response, at + 2 + 24)
    assert aborted <= 0, "the bench writes no transactions"
    return FetchHead(error_code, records_bytes)


def metadata_frame(topics: list[str]) -> bytes:
    """Metadata v4, which does not create topics."""
    body = struct.pack(">i", len(topics)) + b"".join(map(string, topics)) + b"\0"
    return frame(METADATA, 4, body)


def create_topics_frame(
    name: str, partitions: int, configs: dict[str, str], *, timeout_ms: int
) -> bytes:
    """CreateTopics v4 of one topic with one replica."""
    body = struct.pack(">i", 1) + string(name) + struct.pack(">ihi", partitions, 1, 0)
    body += struct.pack(">i", len(configs))
    body += b"".join(string(key) + string(value) for key, value in configs.items())
    body += struct.pack(">ib", timeout_ms, 0)
    return frame(CREATE_TOPICS, 4, body)


def delete_topics_frame(name: str, *, timeout_ms: int) -> bytes:
    """DeleteTopics v3."""
    return frame(
        DELETE_TOPICS, 3, struct.pack(">i", 1) + string(name) + struct.pack(">i", timeout_ms)
    )


def set_topic_config_frame(topic: str, key: str, value: str) -> bytes:
    """IncrementalAlterConfigs v0 of one config."""
    body = struct.pack(">ib", 1, TOPIC_RESOURCE) + string(topic) + struct.pack(">i", 1)
    body += string(key) + struct.pack(">b", SET_CONFIG) + string(value) + b"\0"
    return frame(INCREMENTAL_ALTER_CONFIGS, 0, body)


def list_offsets_frame(topic: str, partitions: range, timestamp: int) -> bytes:
    """ListOffsets v2."""
    body = struct.pack(">ibi", -1, 0, 1) + string(topic) + struct.pack(">i", len(partitions))
    body += b"".join(struct.pack(">iq", partition, timestamp) for partition in partitions)
    return frame(LIST_OFFSETS, 2, body)


class Reader:
    """Walks through a response; behind a flexible header it starts at 9."""

    def __init__(self, data: bytes, at: int = 8) -> None:
        self._data = data
        self._at = at  # 8: behind length and correlation id

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(">" + layout, self._data, self._at)
        self._at += struct.calcsize(">" + layout)
        return values

    def raw(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]

    def skip(self, count: int) -> None:
        self._at += count

    def string(self) -> str | None:
        (length,) = self.take("h")
        return None if length < 0 else self.raw(length).decode()

    def compact_string(self) -> str | None:
        length = self.uvarint() - 1
        return None if length < 0 else self.raw(length).decode()

    def uvarint(self) -> int:
        number = shift = 0
        while True:
            byte = self._data[self._at]
            self._at += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7
