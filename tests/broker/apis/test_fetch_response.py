"""The hand-written Fetch response against the compiled codec: same bytes in every version."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wirekafka_protocol.codec import encoder
from wirekafka_protocol.messages.fetch import FetchResponse
from wirekafka_storage.files import READ, Disk, OpenFile
from wirekafka_storage.log_slice import EMPTY_SLICE, LogSlice

from wirekafka.apis.fetch_response import frame, response
from wirekafka.partition.fetch import FetchRow
from wirekafka.partition.fetch_sessions import FetchTarget

VERSIONS = range(4, 19)
EXAMPLES = 1000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 60
LEADER = (7, "localhost", 9092)

int64 = st.sampled_from([-1, 0, 1, 2**63 - 1, -(2**63)]) | st.integers(0, 2**40)
ids = st.sampled_from([-1, 0, 1, 2**31 - 1])
names = st.sampled_from(["a", "b", "é" * 70, "n" * 126, "n" * 127, "n" * 249])
topic_ids = st.sampled_from([b"1" * 16, b"2" * 16, bytes(16)])
sizes = st.sampled_from([0, 0, 1, 126, 127, 128, 16_382, 16_383, 16_384, 50_000])
errors = st.sampled_from([0, 0, 0, 0, 1, 3, 6, 56, 74, 75, 100, -1])


class Holder:
    """Stands for a partition: all that an answer takes from it."""

    leader_epoch = 3


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("fetch_response") / "segment"
    Path(path).write_bytes(bytes(range(256)) * 300)
    disk = Disk()
    return OpenFile(disk, disk.open(str(path), READ))


@st.composite
def rows(draw: Any, file: OpenFile, by_id: bool) -> FetchRow:
    topic = draw(topic_ids if by_id else names)
    row = FetchRow(
        FetchTarget(topic, draw(ids), 0, 0, -1, -1), draw(st.sampled_from([None, Holder()]))
    )
    row.error = draw(errors)
    row.high_watermark = draw(int64)
    row.last_stable_offset = draw(int64)
    row.log_start_offset = draw(int64)
    row.aborted = draw(st.none() | st.lists(st.tuples(int64, int64), max_size=3))
    if draw(st.integers(0, 9)) == 0:
        row.diverging = (draw(ids), draw(int64))
    size = draw(sizes)
    records = LogSlice(file.fd, draw(st.integers(0, 1000)), size, 0, file)
    row.records = draw(st.sampled_from([None, EMPTY_SLICE, records, records]))
    return row


def expected(
    version: int, correlation_id: int, session_id: int, answer_rows: list[FetchRow]
) -> bytes:
    body = bytearray()
    encoder(FetchResponse, version)(response(version, session_id, answer_rows, LEADER), body)
    header = correlation_id.to_bytes(4, "big", signed=True) + (b"\0" if version >= 12 else b"")
    return (len(header) + len(body)).to_bytes(4, "big") + header + body


@settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES == 60)
@given(data=st.data())
@pytest.mark.parametrize("version", VERSIONS)
def test_the_frame_is_what_the_codec_would_write(
    segment: OpenFile, frame_bytes: Callable[[Any], bytes], version: int, data: Any
) -> None:
    answer_rows = data.draw(st.lists(rows(segment, version >= 13), max_size=5))
    correlation_id = data.draw(st.sampled_from([0, -1, 2**31 - 1]))
    session_id = data.draw(ids.filter(lambda session_id: session_id >= 0))
    parts = frame(version, correlation_id, session_id, answer_rows, leader=LEADER)
    assert frame_bytes(parts) == expected(version, correlation_id, session_id, answer_rows)


@pytest.mark.parametrize("version", VERSIONS)
def test_records_are_not_copied(segment: OpenFile, version: int) -> None:
    row = FetchRow(FetchTarget(b"1" * 16 if version >= 13 else "a", 0, 0, 0, -1, -1), None)
    row.records = LogSlice(segment.fd, 0, 5000, 0, segment)
    parts = frame(version, 1, 0, [row], leader=LEADER)
    assert row.records in parts
    assert sum(len(part) for part in parts if isinstance(part, bytearray)) < 150


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("many", [127, 128, 200])
def test_many_rows_of_one_topic_and_many_topics(
    segment: OpenFile, frame_bytes: Callable[[Any], bytes], version: int, many: int
) -> None:
    def row(topic: int, index: int) -> FetchRow:
        name = topic.to_bytes(16, "big") if version >= 13 else f"t{topic}"
        return FetchRow(FetchTarget(name, index, 0, 0, -1, -1), None)

    for answer_rows in ([row(1, i) for i in range(many)], [row(i, 0) for i in range(many)]):
        parts = frame(version, 1, 5, answer_rows, leader=LEADER)
        assert frame_bytes(parts) == expected(version, 1, 5, answer_rows)


def test_a_slice_gives_the_ranges_that_a_sender_asks_for(segment: OpenFile) -> None:
    records = LogSlice(segment.fd, 10, 5000, 0, segment)
    assert records.read_range(0, 5000) == records.read_bytes()
    assert records.read_range(100, 50) == records.read_bytes()[100:150]
    assert EMPTY_SLICE.read_range(0, 0) == b""
