"""Ask a broker what it says to odd Produce batches, and write the answers down.

    python tests/protocol/golden/record_produce_answers.py HOST PORT produce_answers.json

The committed file was recorded on a fresh Apache Kafka 4.3.1 with default configuration. Each case
is sent as Produce v9 (or the version named) with acks=all; what was accepted is fetched back. A
case has name, topic (see TOPICS), version, batch (hex), code, log_start, and where there are any
message, record_errors, append_time, stored (hex: as the log has it).
"""

from __future__ import annotations

import json
import random
import socket
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import lz4.frame
import snappy
from wirekafka_protocol.codec import decode, encode
from wirekafka_protocol.messages import create_topics, fetch, produce
from wirekafka_protocol.records.batch import iter_batches
from wirekafka_protocol.records.compression import compress
from wirekafka_protocol.records.crc import crc32c
from wirekafka_protocol.records.varint import encode_varint as zz

TOPICS = {
    "plain": {},
    "compacted": {"cleanup.policy": "compact"},
    "append": {"message.timestamp.type": "LogAppendTime"},
    "gzip": {"compression.type": "gzip"},
    "append-gzip": {"compression.type": "gzip", "message.timestamp.type": "LogAppendTime"},
    "uncompressed": {"compression.type": "uncompressed"},
    "narrow": {"message.timestamp.before.max.ms": "1000", "message.timestamp.after.max.ms": "1000"},
    "small": {"compression.type": "uncompressed", "max.message.bytes": "1000"},
    "small-segments": {"max.message.bytes": "10000000", "segment.bytes": "1048576"},
}
NOW = int(time.time() * 1000)


def field(content: bytes | None, size: int | None = None) -> bytes:
    natural = -1 if content is None else len(content)
    return zz(natural if size is None else size) + (content or b"")


def rec(
    offset: int = 0,
    time: int = 0,
    key: bytes | None = None,
    value: bytes | None = b"v",
    headers: bytes = b"\0",
    *,
    size: int | None = None,
    key_size: int | None = None,
    value_size: int | None = None,
    attributes: int = 0,
) -> bytes:
    body = bytes([attributes]) + zz(time) + zz(offset) + field(key, key_size)
    body += field(value, value_size) + headers
    return zz(len(body) if size is None else size) + body


def batch(
    plain: bytes,
    count: int = 1,
    *,
    last: int | None = None,
    attr: int = 0,
    packed: bytes | None = None,
    base_time: int = NOW,
    max_time: int | None = None,
    base_offset: int = 0,
    epoch: int = -1,
    magic: int = 2,
    producer: tuple[int, int, int] = (-1, -1, -1),
    length: int | None = None,
    crc: int | None = None,
) -> bytes:
    if packed is None:
        packed = compress(attr & 7, plain) if attr & 7 <= 4 else plain
    rest = struct.pack(
        ">hiqqqhii",
        attr,
        count - 1 if last is None else last,
        base_time,
        base_time if max_time is None else max_time,
        *producer,
        count,
    )
    rest += packed
    sum_ = crc32c(rest) if crc is None else crc
    size = len(rest) + 9 if length is None else length
    return struct.pack(">qiibI", base_offset, size, epoch, magic, sum_) + rest


TWO = rec(0, key=b"k") + rec(1, 3, key=b"k")
Case = tuple[str, str, int, bytes]


def structure_cases(attr: int) -> Iterator[Case]:
    """Records that lie, plain (attr 0) or gzipped (attr 1)."""
    one = zz(1) + zz(1) + b"k"
    faults = {
        "deltas 0 0": (rec(0) + rec(0), 2, {}),
        "deltas 0 5": (rec(0) + rec(5), 2, {}),
        "delta -3": (rec(-3), 1, {}),
        "count 3 of 2": (TWO, 3, {}),
        "count 1 of 2": (TWO, 1, {}),
        "byte behind the records": (TWO + b"\0", 2, {}),
        "count 0 last 0": (b"", 0, {"last": 0}),
        "count 0": (b"", 0, {}),
        "count -1 last 0": (TWO, -1, {"last": 0}),
        "count max": (TWO, 2**31 - 1, {}),
        "last delta 5": (TWO, 2, {"last": 5}),
        "last delta -1": (TWO, 2, {"last": -1}),
        "size + 1": (rec(0, size=8) + rec(1), 2, {}),
        "size - 1": (rec(0, size=6) + rec(1), 2, {}),
        "size 0": (b"\0", 1, {}),
        "size -1": (b"\1", 1, {}),
        "size 1000": (rec(0, size=1000), 1, {}),
        "size of 6 bytes": (b"\xff" * 6 + b"\0", 1, {}),
        "size in 2 bytes": (b"\x8e\x00" + rec(0)[1:], 1, {}),
        "size in 5 bytes": (b"\x8e\x80\x80\x80\x10" + rec(0)[1:], 1, {}),
        "size in 5 bytes, high bits": (b"\x8e\x80\x80\x80\x40" + rec(0)[1:], 1, {}),
        "key -5": (rec(0, key_size=-5), 1, {}),
        "value -5": (rec(0, value=None, value_size=-5), 1, {}),
        "key 100": (rec(0, key_size=100), 1, {}),
        "value 100": (rec(0, value_size=100), 1, {}),
        "headers -1": (rec(0, headers=zz(-1)), 1, {}),
        "headers 100": (rec(0, headers=zz(100)), 1, {}),
        "header": (rec(0, headers=one + zz(-1)), 1, {}),
        "header key null": (rec(0, headers=zz(1) + zz(-1) + zz(0)), 1, {}),
        "header value -7": (rec(0, headers=one + zz(-7)), 1, {}),
        "header key not utf-8": (rec(0, headers=zz(1) + zz(1) + b"\xff" + zz(-1)), 1, {}),
        "header key empty": (rec(0, headers=zz(1) + zz(0) + zz(-1)), 1, {}),
        "header key long": (rec(0, headers=zz(1) + zz(9) + b"k" + zz(-1)), 1, {}),
        "header value long": (rec(0, headers=one + zz(9)), 1, {}),
        "second header missing": (rec(0, headers=zz(2) + zz(1) + b"k" + zz(-1)), 1, {}),
        "record attributes": (rec(0, attributes=255), 1, {}),
        "offset in 5 bytes": (zz(11) + b"\0\0" + b"\x80" * 4 + b"\0\1\2v\0", 1, {}),
        "offset in 6 bytes": (zz(12) + b"\0\0" + b"\x80" * 5 + b"\0\1\2v\0", 1, {}),
        "time in 10 bytes": (zz(16) + b"\0" + b"\x80" * 9 + b"\0\0\1\2v\0", 1, {}),
        "time in 11 bytes": (zz(17) + b"\0" + b"\x80" * 10 + b"\0\0\1\2v\0", 1, {}),
    }
    for name, (plain, count, more) in faults.items():
        for topic in ("plain", "compacted", "gzip", "uncompressed"):
            yield f"{attr} {name}", topic, 9, batch(plain, count, attr=attr, **more)


def header_cases(attr: int) -> Iterator[Case]:
    """Headers that lie, and what becomes of unusual but legal ones."""
    two = {
        "plain": {},
        "max time high": {"max_time": NOW + 99999},
        "max time low": {"max_time": 5},
        "max time right": {"max_time": NOW + 3},
        "append time bit": {"attr": attr | 8, "max_time": NOW},
        "append time bit, no time": {"attr": attr | 8, "max_time": -1},
        "append time bit, future": {"attr": attr | 8, "max_time": 2**50},
        "delete horizon bit": {"attr": attr | 0x40},
        "high bits": {"attr": attr | 0x7F80},
        "high bits, time right": {"attr": attr | 0x7F80, "max_time": NOW + 3},
        "sign bit": {"attr": attr | -32768},
        "producer": {"producer": (10 + attr, 0, 0)},
        "base time -1": {"base_time": -1},
        "base time -2": {"base_time": -2},
        "base time -4": {"base_time": -4},
        "base time 2^60": {"base_time": 2**60},
        "base time least": {"base_time": -(2**63)},
        "base time greatest": {"base_time": 2**63 - 1},
        "sequence missing": {"producer": (5, 0, -1)},
        "epoch missing": {"producer": (20 + attr, -1, 0)},
        "producer id -5": {"producer": (-5, -1, -1)},
        "sequence without producer": {"producer": (-1, -1, 5)},
        "control": {"attr": attr | 32},
        "control, bad checksum": {"attr": attr | 32, "crc": 1},
        "base offset 5": {"base_offset": 5},
        "base offset 5, bad checksum": {"base_offset": 5, "crc": 1},
        "leader epoch": {"epoch": 77},
    }
    for name, more in two.items():
        for topic in ("plain", "append", "gzip", "append-gzip", "uncompressed", "narrow"):
            yield f"{attr} {name}", topic, 9, batch(TWO, 2, **{"attr": attr, **more})
    no_keys = rec(0, key=b"") + rec(1) + rec(2) + rec(3) + rec(4)
    yield f"{attr} keys missing", "compacted", 9, batch(no_keys, 5, attr=attr)
    future = rec(0, key=b"k") + rec(1, 2**40) + rec(2, 2**41)
    for topic in ("plain", "compacted", "append", "narrow"):
        yield f"{attr} future", topic, 9, batch(future, 3, attr=attr)
        old = rec(0, -100000, b"k") + rec(1, 100000, b"k")
        yield f"{attr} old and new", topic, 9, batch(old, 2, attr=attr)
        yield f"{attr} only old", topic, 9, batch(rec(0, -100, b"k"), 1, attr=attr)
        far = rec(0, 2**63 - 1, b"k")
        yield f"{attr} overflow", topic, 9, batch(far, 1, attr=attr)
        far = rec(0, -(2**62), b"k")
        yield f"{attr} underflow", topic, 9, batch(far, 1, attr=attr, base_time=-(2**62))


def compression_cases() -> Iterator[Case]:
    for codec in range(8):
        for version in (6, 9):
            bad = batch(b"", attr=codec, packed=b"\1\2\3" * 9)
            yield f"codec {codec} garbage", "plain", version, bad
        yield f"codec {codec} empty", "plain", 9, batch(b"", attr=codec, packed=b"")
        yield f"codec {codec} bad checksum", "plain", 9, batch(TWO, 2, attr=codec, crc=7)
    for codec in range(1, 5):
        packed = compress(codec, TWO)
        long = compress(codec, rec(0, value=random.Random(codec).randbytes(3000)))
        halves = compress(codec, rec(0)) + compress(codec, rec(1))
        for name, one, count in [
            ("good", packed, 2),
            ("cut", packed[:-3], 2),
            ("zeros behind", packed + bytes(4), 2),
            ("in two streams", halves, 2),
            ("cut in the middle", long[:1500], 1),
            ("count 5", packed, 5),
        ]:
            yield f"codec {codec} {name}", "plain", 9, batch(b"", count, attr=codec, packed=one)
    frame = lz4.frame.compress
    big = rec(0, value=random.Random(9).randbytes(500) * 140)
    yield "bare snappy", "plain", 9, batch(b"", 2, attr=2, packed=snappy.compress(TWO))
    for name, packed in {
        "linked": frame(big, block_linked=True, block_size=4, store_size=False),
        "size and checksums": frame(
            big, block_linked=False, content_checksum=True, block_checksum=True
        ),
        "large blocks": frame(big, block_linked=False, block_size=7, store_size=False),
    }.items():
        yield f"lz4 {name}", "plain", 9, batch(b"", 1, attr=3, packed=packed)
    zeros = batch(rec(0, value=bytes(5000)), attr=1)
    yield "unfolds beyond max.message.bytes", "plain", 9, zeros
    yield "unpacked beyond max.message.bytes", "small", 9, zeros
    yield "beyond max.message.bytes", "small", 9, batch(rec(0, value=bytes(1000)), crc=1)


def framing_cases() -> Iterator[Case]:
    full = batch(TWO, 2)
    for size in (*range(0, 61, 6), 11, 12, 13, 16, 17, 60, 61, len(full) - 1):
        yield f"cut at {size}", "plain", 9, full[:size]
    for length in (-1, 0, 13, 14, 48, 49, 50, len(full) - 13, len(full) - 11):
        yield f"length {length}", "plain", 9, batch(TWO, 2, length=length)
    for magic in (0, 1, 3, -1, 127):
        for version in (6, 9):
            yield f"magic {magic}", "plain", version, batch(TWO, 2, magic=magic)
    for size in (1, 11, 12, 13, 16, 17, 60, 61):
        for name, more in {
            "zeros": bytes(size),
            "ff": b"\xff" * size,
            "11": b"\x11" * size,
            "bytes of a batch": full[:size],
        }.items():
            yield f"{size} {name} behind", "plain", 9, full + more
    yield "two batches", "plain", 9, full + full
    yield "second with magic 3", "plain", 9, full + batch(TWO, 2, magic=3)
    yield "zstd before v7", "plain", 6, batch(TWO, 2, attr=4)
    yield "zstd first before v7", "plain", 6, batch(TWO, 2, attr=4) + full
    yield "zstd second before v7", "plain", 6, full + batch(TWO, 2, attr=4)


def flipped_cases() -> Iterator[Case]:
    """One byte of the records or of the header changed, the checksum right again."""
    chance = random.Random(20)
    one = zz(2) + zz(1) + b"h" + zz(2) + b"xy" + zz(1) + b"i" + zz(-1)
    plain = rec(0, 0, b"key", b"value") + rec(1, 300, None, None, one) + rec(2, 9, b"", b"w" * 70)
    for number in range(160):
        spoiled = bytearray(plain)
        at = chance.randrange(len(spoiled))
        spoiled[at] = chance.choice([0, 1, 2, 0x7F, 0x80, 0xFF, spoiled[at] ^ 1 << number % 8])
        attr = number & 1
        topic = chance.choice(["plain", "compacted", "uncompressed"])
        yield f"flip {number}", topic, 9, batch(bytes(spoiled), 3, attr=attr)
    for number in range(80):
        spoiled = bytearray(batch(plain, 3))
        at = chance.choice([*range(17), *range(21, 61)])
        spoiled[at] ^= 1 << chance.randrange(8)
        if spoiled[22] & 0x10:  # transactional: another answer, and not about the batch
            continue
        spoiled[17:21] = crc32c(bytes(spoiled[21:])).to_bytes(4, "big")
        yield f"flip header {number}", "plain", 9, bytes(spoiled)


def cases() -> Iterator[Case]:
    for attr in (0, 1):
        yield from structure_cases(attr)
        yield from header_cases(attr)
    yield from compression_cases()
    yield from framing_cases()
    yield from flipped_cases()


class Broker:
    def __init__(self, host: str, port: int) -> None:
        self.address = (host, port)

    def call(self, key: int, version: int, body: bytes, *, flexible: bool) -> bytes:
        with socket.create_connection(self.address, 30) as connection:
            head = struct.pack(">hhih", key, version, 1, 6) + b"golden" + b"\0" * flexible
            connection.sendall(struct.pack(">i", len(head) + len(body)) + head + body)
            stream = connection.makefile("rb")
            size = int.from_bytes(stream.read(4), "big")
            return stream.read(size)[4 + flexible :]

    def create(self, name: str, configs: dict[str, str]) -> None:
        wanted = create_topics.CreateTopicsRequest(timeout_ms=10000)
        topic = create_topics.CreatableTopic(name=name, num_partitions=1, replication_factor=1)
        topic.configs = [
            create_topics.CreatableTopicConfig(name=k, value=v) for k, v in configs.items()
        ]
        wanted.topics = [topic]
        self.call(19, 7, encode(wanted, 7), flexible=True)
        for _ in range(100):
            if self.fetch(name, 0) is not None:
                return
            time.sleep(0.1)
        raise TimeoutError(name)

    def produce(self, topic: str, version: int, data: bytes) -> produce.PartitionProduceResponse:
        request = produce.ProduceRequest(acks=-1, timeout_ms=5000)
        part = produce.PartitionProduceData(index=0, records=data)
        request.topic_data = [produce.TopicProduceData(name=topic, partition_data=[part])]
        answer = self.call(0, version, encode(request, version), flexible=version >= 9)
        response = decode(produce.ProduceResponse, version, answer)
        return response.responses[0].partition_responses[0]

    def fetch(self, topic: str, offset: int) -> bytes | None:
        request = fetch.FetchRequest(max_bytes=1 << 24, session_epoch=-1)
        part = fetch.FetchPartition(partition=0, fetch_offset=offset, partition_max_bytes=1 << 24)
        request.topics = [fetch.FetchTopic(topic=topic, partitions=[part])]
        answer = decode(
            fetch.FetchResponse, 12, self.call(1, 12, encode(request, 12), flexible=True)
        )
        found = answer.responses[0].partitions[0]
        return None if found.error_code else bytes(found.records or b"")


def main() -> None:
    broker = Broker(sys.argv[1], int(sys.argv[2]))
    suffix = f"-{NOW % 1000000}"
    for topic, configs in TOPICS.items():
        broker.create(topic + suffix, configs)
    recorded = []
    for name, topic, version, data in cases():
        got = broker.produce(topic + suffix, version, data)
        case: dict[str, object] = {"name": name, "topic": topic, "version": version}
        case |= {"batch": data.hex(), "code": got.error_code, "log_start": got.log_start_offset}
        if got.error_message:
            case["message"] = got.error_message
        if got.record_errors:
            case["record_errors"] = [
                [error.batch_index, error.batch_index_error_message] for error in got.record_errors
            ]
        if got.error_code == 0:
            case["append_time"] = got.log_append_time_ms
            _, stored = next(iter_batches(broker.fetch(topic + suffix, got.base_offset) or b""))
            case["stored"] = bytes(stored).hex()
        recorded.append(json.dumps(case))
    head = f'{{"topics": {json.dumps(TOPICS)}, "suffix": "{suffix}", "cases": [\n'
    Path(sys.argv[3]).write_text(head + ",\n".join(recorded) + "\n]}\n")


if __name__ == "__main__":
    main()
