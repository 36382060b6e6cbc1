"""The fast walks over records against the plain reader: the same verdict on every input."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records import check
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


@settings(max_examples=60, deadline=None)
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


@settings(max_examples=400, deadline=None)
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


def mixed(chance, count, *, large=False, keys=True, wide_times=False):
    records, time = [], NOW
    for number in range(count):
        size = chance.choice([None, 0, 40, 56, 59, 60, 61, 62, 63, 64, 65, 66, 70, 99, 400])
        if large and chance.random() < 0.01:
            size = chance.choice([8170, 8180, 8185, 8190, 8191, 8192, 9000])
        key = chance.choice([None, b"", b"k", b"key", b"k" * 40, b"k" * 63]) if keys else None
        value = None if size is None else bytes([chance.randrange(256)]) * size
        records.append(Record(number, time, key, value))
        time += chance.choice([0, 0, 0, 1, 50, -20] if wide_times else [0, 0, 0, 0, 1])
    return records


@pytest.mark.parametrize("seed", range(40))
def test_neighbours_of_different_sizes(seed):
    chance = random.Random(seed)
    records = mixed(
        chance,
        chance.choice([48, 100, 400, 3000]),
        large=seed % 3 == 0,
        keys=seed % 2 == 0,
        wide_times=seed % 5 == 0,
    )
    assert_same_verdict(plain(records), len(records))


def test_neighbours_of_different_sizes_are_not_walked_one_by_one(monkeypatch):
    walked = []
    walk = check._walk_common

    def counted(data, position, index, stop):
        part = walk(data, position, index, stop)
        walked.append(part[1] - index)
        return part

    monkeypatch.setattr(check, "_walk_common", counted)
    for keys in (False, True):
        records = mixed(random.Random(1), 10_000, keys=keys)
        check_records(plain(records), len(records))
    assert sum(walked) < 500


@pytest.mark.parametrize("keys", [False, True])
def test_every_spoiled_byte_of_records_of_different_sizes(keys):
    """A good one more than the shortest that are taken together."""
    records = mixed(random.Random(7), 60, keys=keys)
    for record in records:
        record.value = record.value and record.value[:70]
    good = plain(records)
    starts = [len(plain(records[:count])) for count in (1, 2, 30, 31, 57, 58, 59)]
    for start in starts:
        for at in range(start - 1, min(start + 12, len(good))):
            known = (0, 1, 2, 3, 0x7E, 0x7F, 0x80, 0x81, 0xFE, 0xFF)
            for byte in (*known, good[at] ^ 1, good[at] ^ 2):
                spoiled = bytearray(good)
                spoiled[at] = byte
                assert_same_verdict(bytes(spoiled), len(records))


@settings(max_examples=120, deadline=None)
@given(st.data(), st.booleans(), st.integers(0, 9))
def test_spoiled_records_of_different_sizes(data, keys, seed):
    records = mixed(random.Random(seed), 150, keys=keys)
    spoiled = bytearray(plain(records))
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(spoiled) - 1))
        spoiled[at] = data.draw(st.sampled_from([0, 1, 2, 0x7F, 0x80, 0xFF, spoiled[at] ^ 1]))
    assert_same_verdict(bytes(spoiled), len(records))


@settings(max_examples=120, deadline=None)
@given(st.data(), st.booleans())
def test_lengths_that_cancel_each_other_are_noticed(data, keys):
    """One record says it is longer, another that it is shorter."""
    records = mixed(random.Random(3), 80, keys=keys)
    ends = [len(plain(records[:count])) for count in range(81)]
    spoiled = bytearray(plain(records))
    for sign in (2, -2):
        start = ends[data.draw(st.integers(0, 79))]
        at = start + data.draw(st.integers(0, 9))
        if at < len(spoiled):
            spoiled[at] = (spoiled[at] + sign) % 256
    assert_same_verdict(bytes(spoiled), len(records))
