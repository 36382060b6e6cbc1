"""Pages of records over a real log: all are found by turning pages, and no page reads it all."""

from __future__ import annotations

import pytest

from wirekafka.control.page import record_pages
from wirekafka.control.page.record_pages import PAGE_RECORDS, after, before, newest, one


@pytest.fixture(scope="module")
def controlled(shared):
    """One broker for all tests here: they only read, or have topics of their own."""
    return shared


@pytest.fixture(scope="module")
def partitions(controlled):
    """Topic t with 3 partitions; 120 records in partition 0, 5 later ones in 1, none in 2."""
    now_ms = controlled.control.request("GET", "/clock")["now_ms"]
    early, late = {"topic": "t", "timestamp": now_ms - 1000}, {"topic": "t", "timestamp": now_ms}
    records = [{**early, "partition": 0, "value": str(n)} for n in range(120)]
    records += [{**late, "partition": 1, "value": f"b{n}"} for n in range(5)]
    controlled.control.seed(topics=[{"name": "t", "partitions": 3}], records=records)
    return [controlled.broker.partitions.get("t", index) for index in range(3)]


def offsets(page) -> list[int]:
    return [row.record.offset for row in page.rows]


def test_turning_back_from_the_newest_shows_every_record_once(controlled, partitions):
    end, seen = None, []
    for _ in range(10):
        page = controlled.run(lambda end=end: before(controlled.broker, partitions[0], end))
        seen += offsets(page)
        end = page.older
        if end is None:
            break
    assert seen == list(range(119, -1, -1))


def test_turning_forward_from_the_oldest_shows_every_record_once(controlled, partitions):
    start, seen = 0, []
    for _ in range(10):
        page = controlled.run(lambda start=start: after(controlled.broker, partitions[0], start))
        seen += reversed(offsets(page))
        start = page.newer
        if start is None:
            break
    assert seen == list(range(120))


def test_a_page_in_the_middle_knows_both_neighbours(controlled, partitions):
    page = controlled.run(lambda: before(controlled.broker, partitions[0], 80))
    assert offsets(page) == list(range(79, 79 - PAGE_RECORDS, -1))
    assert (page.older, page.newer) == (30, 80)
    assert controlled.run(lambda: after(controlled.broker, partitions[0], 10)).older == 10


def test_newest_of_all_partitions_come_together(controlled, partitions):
    page = controlled.run(lambda: newest(controlled.broker, partitions))
    assert len(page.rows) == PAGE_RECORDS
    assert [row.partition for row in page.rows] == [1] * 5 + [0] * (PAGE_RECORDS - 5)
    assert page.left_out == 0


def test_only_some_of_very_many_partitions_are_looked_at(controlled, partitions, monkeypatch):
    monkeypatch.setattr(record_pages, "_BESIDE", 1)
    assert controlled.run(lambda: newest(controlled.broker, partitions)).left_out == 1


def test_an_empty_partition_has_an_empty_page(controlled, partitions):
    for find in (before, after):
        page = controlled.run(lambda find=find: find(controlled.broker, partitions[2], 0))
        assert (page.rows, page.older, page.newer) == ([], None, None)


def test_offsets_outside_the_log_are_its_ends(controlled, partitions):
    huge = (1 << 63) - 1
    assert controlled.run(lambda: after(controlled.broker, partitions[1], huge)).rows == []
    page = controlled.run(lambda: before(controlled.broker, partitions[1], huge))
    assert offsets(page) == [4, 3, 2, 1, 0]


def test_large_values_make_a_short_page(controlled, monkeypatch):
    records = [{"topic": "large", "partition": 0, "value": "x" * 10_000} for _ in range(60)]
    controlled.control.seed(topics=[{"name": "large", "partitions": 1}], records=records)
    monkeypatch.setattr(record_pages, "ENOUGH_BYTES", 50_000)
    partition = controlled.broker.partitions.get("large", 0)
    page = controlled.run(lambda: before(controlled.broker, partition, None))
    assert len(page.rows) == record_pages._FIRST_WINDOW
    assert page.older == 60 - record_pages._FIRST_WINDOW


def test_one_record_or_none(controlled, partitions):
    assert controlled.run(lambda: one(controlled.broker, partitions[0], 7)).record.value == b"7"
    assert controlled.run(lambda: one(controlled.broker, partitions[2], 7)) is None
