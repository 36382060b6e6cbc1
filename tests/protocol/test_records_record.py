"""Records: round trips, other implementations as oracles, Kafka's own files, and spoiled bytes."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

import aiokafka.record.default_records as aiokafka_records
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records.batch import is_intact, iter_batches, read_header
from wirekafka_protocol.records.compression import Compression
from wirekafka_protocol.records.control import read_end_marker
from wirekafka_protocol.records.record import Record, build_batch, read_records

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # kafka-python reads its resources so
    import kafka.record.default_records as kafka_records

GOLDEN = Path(__file__).parent / "golden"
REFERENCE = "WIREKAFKA_REFERENCE_LOG_DIRS"
CODECS = list(Compression)

optional_bytes = st.none() | st.binary(max_size=200)
headers = st.lists(st.tuples(st.text(max_size=20), optional_bytes), max_size=3)
contents = st.tuples(st.integers(-1, 2**42), optional_bytes, optional_bytes, headers)


@st.composite
def record_lists(draw, gaps: bool = False):
    offset = 0
    records = []
    for time, key, value, header in draw(st.lists(contents, min_size=1, max_size=20)):
        records.append(Record(offset, time, key, value, header))
        offset += draw(st.integers(1, 300)) if gaps else 1
    return records


@settings(max_examples=40)
@given(record_lists(gaps=True), st.sampled_from(CODECS), st.integers(0, 2**40))
def test_what_is_written_is_read(records, codec, base_offset):
    for record in records:
        record.offset += base_offset
    batch = build_batch(records, base_offset=base_offset, compression=codec)
    assert is_intact(batch)
    header = read_header(batch)
    assert (header.compression, header.record_count) == (codec, len(records))
    assert header.last_offset == records[-1].offset
    assert header.max_timestamp == max(record.timestamp for record in records)
    assert read_records(batch) == records


def test_header_keys_that_are_no_text_survive():
    batch = build_batch([Record(0, 0, b"", b"", [("\udcff\udc80é", b"x")])])
    assert b"\xff\x80\xc3\xa9" in batch
    assert build_batch(read_records(batch)) == batch


def test_a_compacted_batch_keeps_its_end_and_its_base_time():
    records = [Record(12, 500, b"k", b"v")]
    batch = build_batch(
        records, base_offset=10, last_offset=19, base_timestamp=9000, attributes=0x40
    )
    header = read_header(batch)
    assert (header.next_offset, header.delete_horizon_ms) == (20, 9000)
    assert read_records(batch) == records


def test_a_batch_may_be_empty_after_compaction():
    batch = build_batch([], base_offset=10, last_offset=19, producer_id=3)
    assert read_header(batch).next_offset == 20
    assert read_records(batch) == []


# -- oracles


@settings(max_examples=20)
@given(record_lists(), st.sampled_from(CODECS))
@pytest.mark.parametrize("oracle", [kafka_records, aiokafka_records])
def test_other_clients_read_what_we_write(oracle, records, codec):
    batch = build_batch(records, compression=codec)
    theirs = oracle.DefaultRecordBatch(bytearray(batch))
    assert theirs.validate_crc()
    assert [
        (r.offset, r.timestamp, r.key, r.value, [(name, content) for name, content in r.headers])
        for r in theirs
    ] == [(r.offset, r.timestamp, r.key, r.value, list(r.headers)) for r in records]


@settings(max_examples=20)
@given(record_lists(), st.sampled_from(CODECS))
@pytest.mark.parametrize("oracle", [kafka_records, aiokafka_records])
def test_we_read_and_write_what_other_clients_write(oracle, records, codec):
    for record in records:
        record.timestamp = abs(record.timestamp)  # aiokafka takes -1 for "not set"
    builder = oracle.DefaultRecordBatchBuilder(
        magic=2,
        compression_type=int(codec),
        is_transactional=False,
        producer_id=4,
        producer_epoch=1,
        base_sequence=8,
        batch_size=1 << 20,
    )
    for r in records:
        builder.append(
            r.offset, timestamp=r.timestamp, key=r.key, value=r.value, headers=list(r.headers)
        )
    theirs = bytes(builder.build())
    assert is_intact(theirs)
    assert read_records(theirs) == records
    if codec == Compression.NONE or read_header(theirs).compression == Compression.NONE:
        header = read_header(theirs)
        ours = build_batch(
            records,
            producer_id=4,
            producer_epoch=1,
            base_sequence=8,
            partition_leader_epoch=header.partition_leader_epoch,
        )
        assert ours == theirs


# -- Kafka's own files


def java_records() -> list[Record]:
    """What golden/JavaBatches.java sends."""
    records = []
    for n in range(5):
        key = {1: None, 2: b""}.get(n, b"key-%d" % n)
        value = {3: None, 4: b""}.get(n, b"value-%d " % n * 40)
        header = [(f"header-{h}", None if h == 1 else f"é{h}".encode()) for h in range(n)]
        records.append(Record(n, 1700000000000 + 1000 * (n ^ 1), key, value, header))
    return records


@pytest.mark.parametrize("codec", CODECS)
def test_batches_of_the_java_client_are_read(codec):
    data = (GOLDEN / f"java-{codec.name.lower()}.log").read_bytes()
    [(header, batch)] = iter_batches(data)
    assert is_intact(batch)
    assert header.compression == codec
    assert read_records(batch) == java_records()
    if codec != Compression.GZIP:  # zlib fills in another operating system than Java does
        fields = header._asdict()
        del fields["length"], fields["magic"], fields["crc"], fields["record_count"]
        del fields["last_offset_delta"], fields["attributes"]
        ours = build_batch(java_records(), compression=codec, **fields)
        if codec == Compression.NONE:
            assert ours == data


def test_transactions_of_the_java_client_are_read():
    data = (GOLDEN / "java-transactions.log").read_bytes()
    batches = list(iter_batches(data))
    assert [(h.base_offset, h.is_transactional, h.is_control) for h, _ in batches] == [
        (0, True, False),
        (5, True, True),
        (6, True, False),
        (11, True, True),
    ]
    markers = [read_end_marker(read_records(batches[n][1])[0]) for n in (1, 3)]
    assert [marker.control_type.name for marker in markers] == ["COMMIT", "ABORT"]


def test_log_directories_of_kafka_are_read():
    """All batches of a directory that Kafka wrote, against what its own reader found in it."""
    if REFERENCE not in os.environ:
        pytest.skip(f"{REFERENCE} does not name a folder with kafka-4.3.1/ and manifest.json")
    root = Path(os.environ[REFERENCE])
    manifest = json.loads((root / "manifest.json").read_text())
    assert manifest
    for partition, expected in manifest.items():
        plain = bytes.fromhex if expected["encoding"] == "hex" else str.encode
        for segment in expected["segments"]:
            data = (root / "kafka-4.3.1" / partition / segment["file"]).read_bytes()
            found = list(iter_batches(data))
            assert sum(len(batch) for _, batch in found) == len(data) == segment["size"]
            for (header, batch), wanted in zip(found, segment["batches"], strict=True):
                check_batch(header, batch, wanted, plain)


def check_batch(header, batch, wanted, plain):
    assert is_intact(batch)
    assert {
        "baseOffset": header.base_offset,
        "lastOffset": header.last_offset,
        "size": header.size_in_bytes,
        "crc": header.crc,
        "compression": Compression(header.compression).name.lower(),
        "leaderEpoch": header.partition_leader_epoch,
        "timestampType": ("CreateTime", "LogAppendTime")[header.timestamp_type],
        "maxTimestamp": header.max_timestamp,
        "producerId": header.producer_id,
        "producerEpoch": header.producer_epoch,
        "baseSequence": header.base_sequence,
        "transactional": header.is_transactional,
        "control": header.is_control,
    } == {key: value for key, value in wanted.items() if key != "records"}
    for record, shown in zip(read_records(batch), wanted["records"], strict=True):
        assert (record.offset, record.timestamp) == (shown["offset"], shown["timestamp"])
        if "control" in shown:
            assert read_end_marker(record).control_type.name == shown["control"]
            continue
        for ours, theirs in ((record.key, shown.get("key")), (record.value, shown.get("value"))):
            assert ours == (None if theirs is None else plain(theirs))


# -- spoiled bytes


@pytest.mark.parametrize("codec", CODECS)
def test_a_truncated_batch_is_a_protocol_error(codec):
    batch = build_batch(java_records(), compression=codec)
    for size in range(len(batch)):
        with pytest.raises(ProtocolError):
            read_records(batch[:size])


@settings(max_examples=300)
@given(st.data(), st.sampled_from(CODECS))
def test_spoiled_bytes_are_read_or_a_protocol_error(data, codec):
    batch = bytearray(build_batch(java_records(), compression=codec))
    for _ in range(data.draw(st.integers(1, 3))):
        batch[data.draw(st.integers(12, len(batch) - 1))] = data.draw(st.integers(0, 255))
    try:
        records = read_records(batch)
    except ProtocolError:
        return
    assert len(records) == read_header(batch).record_count
