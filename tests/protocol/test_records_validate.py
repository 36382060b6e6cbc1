"""Validation and acceptance of produced batches, held against the answers of a real broker."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.records import accept, validate
from wirekafka_protocol.records.accept import accept_batch, recompress
from wirekafka_protocol.records.batch import (
    HEADER_BYTES,
    is_intact,
    read_header,
    stamp_append_time,
)
from wirekafka_protocol.records.compression import Compression, decompress
from wirekafka_protocol.records.record import Record, build_batch, read_records
from wirekafka_protocol.records.validate import BatchRejected, ProduceRules, validate_produce

GOLDEN = json.loads((Path(__file__).parent / "golden" / "produce_answers.json").read_text())
NOW = 1_700_000_000_000
SUFFIX = GOLDEN["suffix"]

# Where we differ from Kafka on purpose; the module docstring of validate.py says why.
LYING_SIZE = re.compile(r"1 size ([+-] 1|1000|in \d bytes.*)|flip \d*[13579]")


def rules_of(topic: str) -> ProduceRules:
    configs = GOLDEN["topics"][topic]
    compression = configs.get("compression.type")
    return ProduceRules(
        partition=f"{topic}{SUFFIX}-0",
        max_message_bytes=int(configs.get("max.message.bytes", 1048588)),
        segment_bytes=int(configs.get("segment.bytes", 1 << 30)),
        is_compacted=configs.get("cleanup.policy") == "compact",
        is_append_time=configs.get("message.timestamp.type") == "LogAppendTime",
        timestamp_before_max_ms=int(configs.get("message.timestamp.before.max.ms", 2**63 - 1)),
        timestamp_after_max_ms=int(configs.get("message.timestamp.after.max.ms", 3600000)),
        compression=compression
        and {"gzip": Compression.GZIP, "uncompressed": Compression.NONE}[compression],
    )


def now_of(case: dict, rules: ProduceRules) -> int:
    """The broker's clock when it answered, from what it said."""
    if case.get("append_time", -1) >= 0:
        return case["append_time"]
    for text in [case.get("message", ""), *(text for _, text in case.get("record_errors", []))]:
        if within := re.search(r"within \[(-?\d+), (-?\d+)\]", text):
            return int(within[2]) - rules.timestamp_after_max_ms
    if "stored" in case and rules.partition.startswith("narrow"):
        return read_header(bytes.fromhex(case["stored"])).max_timestamp
    return RECORDED_MS


RECORDED_MS = max(
    int(within[2]) - 3600000
    for case in GOLDEN["cases"]
    for _, text in case.get("record_errors", [])
    if case["topic"] == "plain" and (within := re.search(r"within \[(-?\d+), (-?\d+)\]", text))
)


@pytest.mark.parametrize("path", ["usual", "any"])
def test_answers_are_those_of_kafka(path, monkeypatch):
    """Every recorded case: code, message, record errors, log start, and the bytes in the log."""
    if path == "any":
        monkeypatch.setattr(accept, "_accept_usual", lambda *_: None)
    differences = {
        f"{case['name']} to {case['topic']}": difference
        for case in GOLDEN["cases"]
        if (difference := difference_to_kafka(case))
    }
    assert differences == {}


def difference_to_kafka(case: dict) -> object:
    rules = rules_of(case["topic"])
    records = memoryview(bytearray.fromhex(case["batch"]))
    try:
        header, batch = accept_batch(records, case["version"], rules, now_of(case, rules))
    except BatchRejected as refused:
        if LYING_SIZE.fullmatch(case["name"]) and refused.code == ErrorCode.INVALID_RECORD:
            # Kafka stores the batch, or finds another fault in it.
            return case["code"] == 0 and is_readable(bytes.fromhex(case["stored"]))
        return answer_differs(case, refused)
    if case["code"]:
        return f"accepted instead of {case['code']}"
    if rules.is_append_time:
        stamp_append_time(batch, header, now_of(case, rules))  # the log does
    stored = bytes.fromhex(case["stored"])
    return stored_differs(bytes(batch), stored, packed_anew=len(batch) != len(records))


def answer_differs(case: dict, refused: BatchRejected) -> object:
    shown = [list(error) for error in refused.record_errors]
    wanted = case.get("record_errors", [])
    for ours, kafkas in zip(shown, wanted, strict=False):
        if "Producer should not set" in kafkas[1]:  # there Kafka shows the toString() of a class
            kafkas[1] = ours[1]
    expected = (case["code"], case.get("message") if case["version"] >= 8 else None, wanted)
    if case["version"] < 8:
        got = (int(refused.code), None, [])
    else:
        got = (int(refused.code), refused.message, shown)
    if case["log_start"] != (0 if refused.knows_log_start else -1) and case["version"] >= 5:
        return f"log start {case['log_start']}, knows_log_start {refused.knows_log_start}"
    return got != expected and (got, expected, refused.reason)


def stored_differs(ours: bytes, kafkas: bytes, *, packed_anew: bool) -> object:
    if not is_intact(ours):
        return "checksum"
    fields = {"base_offset": 0, "partition_leader_epoch": 0, "crc": 0}
    header, wanted = read_header(ours), read_header(kafkas)
    if packed_anew or header.length != wanted.length:
        fields["length"] = 0
    if header._replace(**fields) != wanted._replace(**fields):
        return header, wanted
    if "length" not in fields and header.compression == 0:
        return ours[HEADER_BYTES:] != kafkas[HEADER_BYTES:]
    shift = wanted.base_offset
    # Kafka replaces header keys that are no UTF-8 when it packs records anew; we keep them.
    clean = [
        Record(
            record.offset + shift,
            record.timestamp,
            record.key,
            record.value,
            [(name.replace("\udcff", "\ufffd"), content) for name, content in record.headers],
        )
        for record in read_records(ours)
    ]
    theirs = read_records(kafkas)
    for record in theirs:
        record.headers = [(n.replace("\udcff", "\ufffd"), c) for n, c in record.headers]
    return clean != theirs and (clean, theirs)


def is_readable(batch: bytes) -> bool:
    try:
        read_records(batch)
    except Exception:
        return False
    return True


# -- what the recorded answers do not show


def produced(count: int = 3, **more) -> bytearray:
    records = [Record(n, NOW + n, b"key", b"value %d" % n) for n in range(count)]
    return bytearray(build_batch(records, **more))


def test_a_good_batch_passes_as_the_same_bytes():
    data = produced()
    header, batch = accept_batch(memoryview(data), 9, ProduceRules("t-0"), NOW)
    assert header == read_header(data)
    assert batch == data
    assert batch.obj is data


def test_bytes_behind_the_batch_are_left_out():
    header, batch = accept_batch(memoryview(produced() + b"more"), 9, ProduceRules("t-0"), NOW)
    assert len(batch) == header.size_in_bytes
    assert is_intact(batch)


def test_both_ways_of_accepting_give_the_same(monkeypatch):
    ways = []
    for shortcut in (accept._accept_usual, lambda *_: None):
        monkeypatch.setattr(accept, "_accept_usual", shortcut)
        ways.append(accept_batch(memoryview(produced()), 9, ProduceRules("t-0"), NOW))
    assert ways[0] == ways[1]


def test_a_read_only_input_is_copied_before_its_times_are_corrected():
    data = bytes(produced(max_timestamp=NOW + 99))
    header, batch = accept_batch(memoryview(data), 9, ProduceRules("t-0"), NOW)
    assert header.max_timestamp == NOW + 2
    assert is_intact(batch)
    assert data == produced(max_timestamp=NOW + 99)


@pytest.mark.parametrize("time", [-5, 0, NOW, NOW * 2])
def test_for_append_time_a_batch_of_any_time_is_left_as_it_came(time, monkeypatch):
    """The log stamps it, when it has nothing against it."""
    rules = ProduceRules("t-0", is_append_time=True, timestamp_before_max_ms=1)
    for shortcut in (accept._accept_usual, lambda *_: None):
        monkeypatch.setattr(accept, "_accept_usual", shortcut)
        data = produced(max_timestamp=time)
        header, batch = accept_batch(memoryview(data), 9, rules, NOW)
        assert header == read_header(data)
        assert batch == produced(max_timestamp=time)


def test_a_batch_beyond_segment_bytes_is_refused_with_18():
    rules = ProduceRules("t-0", segment_bytes=80)
    with pytest.raises(BatchRejected) as refused:
        accept_batch(memoryview(produced()), 9, rules, NOW)
    assert refused.value.code == ErrorCode.RECORD_LIST_TOO_LARGE
    assert not refused.value.knows_log_start


def test_a_bomb_is_refused(monkeypatch):
    bomb = build_batch([Record(0, NOW, None, bytes(1 << 20))], compression=Compression.ZSTD)
    monkeypatch.setattr(
        validate, "decompress", lambda kind, data: decompress(kind, data, limit_bytes=1000)
    )
    with pytest.raises(BatchRejected, match="unfolds to more than 1000 bytes"):
        accept_batch(memoryview(bomb), 9, ProduceRules("t-0"), NOW)


def test_every_truncation_is_refused():
    data = bytes(produced())
    for size in range(len(data)):
        with pytest.raises(BatchRejected):
            validate_produce(memoryview(data[:size]), 9, ProduceRules("t-0"), NOW)


@pytest.mark.parametrize("kind", list(Compression))
def test_recompress_keeps_records_offsets_and_times(kind):
    records = [Record(10 + n, NOW - n, b"k", b"v" * 50, [("h", None)]) for n in range(20)]
    batch = build_batch(records, base_offset=10, producer_id=3, producer_epoch=1, base_sequence=7)
    again = recompress(batch, kind)
    assert is_intact(again)
    assert read_records(again) == records
    kept = read_header(again)._replace(length=0, crc=0, attributes=0)
    assert kept == read_header(batch)._replace(length=0, crc=0)
    assert read_header(again).compression == kind
