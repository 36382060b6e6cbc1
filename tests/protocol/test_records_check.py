"""The fast walks over records against the plain reader: the same verdict on every input."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records.batch import HEADER_BYTES, read_header
from wirekafka_protocol.records.check import check_records
from wirekafka_protocol.records.record import Record, build_batch, parse_records

NOW = 1_700_000_000_000


def plain(records: list[Record]) -> bytes:
    return build_batch(records, base_timestamp=NOW)[HEADER_BYTES:]


def reference(data: bytes, count: int):
    """The clear version: build all records, then look at them."""
    header = read_header(build_batch([], base_timestamp=NOW))._replace(record_count=count)
    records = parse_records(header, data)
    deltas = [record.timestamp - NOW for record in records]
    return (
        min(deltas, default=0),
        max(deltas, default=0),
        any(record.key is None for record in records),
        [record.offset for record in records] == list(range(count)),
    )


def assert_same_verdict(data: bytes, count: int) -> None:
    try:
        low, high, has_null_key, sequential = reference(data, count)
    except ProtocolError:
        for kind in (bytes, memoryview):
            with pytest.raises(ProtocolError):
                check_records(kind(data), count)
        return
    for view, start in ((data, 0), (memoryview(data), 0), (memoryview(b"abc" + data), 3)):
        found = check_records(view, count, start)
        assert found[0] <= low
        if count:
            assert found[1:] == (high, has_null_key, sequential)


shapes = st.tuples(
    st.integers(1, 120),  # records of this shape in a row
    st.sampled_from([0, 1, 10, 63, 64, 100, 8191, 70000]),  # value bytes
    st.sampled_from([None, b"", b"key", b"k" * 70]),
    st.sampled_from([(), [("h", b"v")], [("h" * 70, None), ("", b"x" * 80)]]),
    st.sampled_from([0, 1, 7, 64, 9000, 2**31, 2**40, -1, -70, -(2**40)]),  # time step
)


@settings(max_examples=60)
@given(st.lists(shapes, max_size=4))
def test_runs_and_changes_of_shape(rows):
    records, time = [], NOW
    for count, value_bytes, key, headers, step in rows:
        for _ in range(count if value_bytes < 70000 else 3):
            records.append(Record(len(records), time, key, bytes(value_bytes), headers))
            time += step
    assert_same_verdict(plain(records), len(records))


@pytest.mark.parametrize("count", [1, 23, 24, 63, 64, 65, 88, 89, 128, 300])
@pytest.mark.parametrize("step", [0, 1, 100, -1])
def test_equal_records(count, step):
    records = [Record(n, NOW + n * step, None, b"x" * 100) for n in range(count)]
    data = plain(records)
    assert_same_verdict(data, count)
    for wrong in (count - 1, count + 1):
        assert_same_verdict(data, wrong)


def test_runs_across_wide_offset_deltas():
    records = [Record(n, NOW + n // 7, b"k", b"v") for n in range(17000)]
    assert check_records(plain(records), 17000) == (0, 16999 // 7, False, True)
    del records[16500]
    assert check_records(plain(records), 16999) == (0, 16999 // 7, False, False)


@settings(max_examples=400)
@given(st.data(), st.sampled_from([1, 3, 40, 200]), st.booleans())
def test_spoiled_records(data, count, has_headers):
    headers = [("name", b"content")] if has_headers else ()
    records = [Record(n, NOW + n // 3, b"k", b"v" * 70, headers) for n in range(count)]
    spoiled = bytearray(plain(records))
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(spoiled) - 1))
        spoiled[at] = data.draw(st.sampled_from([0, 1, 2, 0x7F, 0x80, 0xFF, spoiled[at] ^ 1]))
    assert_same_verdict(bytes(spoiled), count)


@pytest.mark.parametrize("count", [2, 60])
def test_truncated_at_every_byte(count):
    data = plain([Record(n, NOW, b"k", b"v") for n in range(count)])
    for size in range(len(data)):
        with pytest.raises(ProtocolError):
            check_records(data[:size], count)
    with pytest.raises(ProtocolError):
        check_records(data + b"\0", count)
