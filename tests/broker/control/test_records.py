"""GET /records/{topic}: read without a group, waited for, rendered, what became of transactions."""

from __future__ import annotations

import base64
import threading

import pytest
from confluent_kafka import Producer

from wirekafka.testing.control import ControlRefused


@pytest.fixture
def orders(controlled):
    controlled.control.seed(
        topics=[{"name": "orders", "partitions": 2}],
        records=[
            {"topic": "orders", "partition": 0, "key": "k", "value": '{"id": 1}', "timestamp": 7},
            {"topic": "orders", "partition": 0, "key": "k", "value": None},
            {"topic": "orders", "partition": 0, "value_base64": "/wA=", "headers": {"a": "b"}},
            {"topic": "orders", "partition": 1, "value": "in one"},
        ],
    )
    return controlled.control


def test_records_are_shown_with_all_that_they_have(orders):
    first, tombstone, binary, other = orders.records("orders")
    assert first == {
        "partition": 0,
        "offset": 0,
        "timestamp_ms": 7,
        "key": "k",
        "key_encoding": "text",
        "value": '{"id": 1}',
        "value_encoding": "text",
        "tombstone": False,
        "headers": [],
        "outcome": "committed",
        "producer_id": None,
    }
    assert (tombstone["value"], tombstone["tombstone"]) == (None, True)
    assert base64.b64decode(binary["value"]) == b"\xff\x00"
    assert binary["value_encoding"] == "base64"
    assert binary["headers"] == [{"key": "a", "value": "b", "encoding": "text"}]
    assert (other["partition"], other["offset"]) == (1, 0)


def test_values_are_rendered_as_asked_for_where_that_is_possible(orders):
    shown = orders.records("orders", partition=0, render="json")
    assert [(row["value"], row["value_encoding"]) for row in shown] == [
        ({"id": 1}, "json"),
        (None, None),
        ("/wA=", "base64"),
    ]
    shown = orders.records("orders", partition=0, end=1, render="base64")
    assert [row["key"] for row in shown] == ["aw=="]


def test_a_range_of_offsets_or_the_last_ones(orders):
    def offsets(**chosen) -> list[tuple[int, int]]:
        rows = orders.records("orders", **chosen)
        return [(row["partition"], row["offset"]) for row in rows]

    assert offsets(start=1) == [(0, 1), (0, 2)]
    assert offsets(partition=0, start=1, end=2) == [(0, 1)]
    assert offsets(last=1) == [(0, 2), (1, 0)]
    assert offsets(limit=2) == [(0, 0), (0, 1)]
    assert offsets(partition=0, start=99) == []
    assert offsets(partition=0, last=0) == []


def test_records_of_transactions_say_how_these_ended(controlled):
    controlled.control.seed(topics=[{"name": "orders"}])
    producer = Producer({"bootstrap.servers": controlled.bootstrap, "transactional.id": "t"})
    producer.init_transactions(20)
    for end in (producer.commit_transaction, producer.abort_transaction, None):
        producer.begin_transaction()
        producer.produce("orders", b"x")
        producer.flush(20)
        if end is not None:
            end(20)
    shown = controlled.control.records("orders")
    assert [row["outcome"] for row in shown] == ["committed", "aborted", "open"]
    assert [row["offset"] for row in shown] == [0, 2, 4], "markers take an offset each"
    assert shown[0]["producer_id"] >= 0
    committed = controlled.control.records("orders", committed=True)
    assert [row["offset"] for row in committed] == [0]
    last = controlled.control.records("orders", last=2)
    assert [row["offset"] for row in last] == [2, 4]
    producer.abort_transaction(20)


def test_a_wait_ends_with_the_record_that_was_missing(controlled):
    found: list[list[dict[str, object]]] = []
    waiting = controlled.client()
    thread = threading.Thread(
        target=lambda: found.append(waiting.records("late", wait_for=2, timeout=30))
    )
    thread.start()
    controlled.control.seed(topics=[{"name": "late"}], records=[{"topic": "late", "value": "1"}])
    controlled.control.seed(records=[{"topic": "late", "value": "2"}])
    thread.join(30)
    assert [row["value"] for row in found[0]] == ["1", "2"]
    waiting.close()


def test_a_wait_in_vain_says_how_many_there_were(orders):
    with pytest.raises(ControlRefused, match="3 of 9 records were in orders") as refused:
        orders.records("orders", partition=0, wait_for=9, timeout=0)
    assert (refused.value.status, refused.value.field) == (408, "wait_for")


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"partition": 9}, 404, "partition"),
        ({"partition": "zero"}, 400, "partition"),
        ({"partition": -1}, 400, "partition"),
        ({"start": -1}, 400, "start"),
        ({"start": 0, "last": 1}, 400, "last"),
        ({"limit": 0}, 400, "limit"),
        ({"wait_for": "all"}, 400, "wait_for"),
        ({"timeout": "soon"}, 400, "timeout"),
        ({"render": "hex"}, 400, "render"),
        ({"offset": 1}, 400, "offset"),
        ({"start": [1, 2]}, 400, "start"),
    ],
)
def test_what_records_do_not_know_is_refused_by_name(shared, query, status, field):
    shared.control.seed(topics=[{"name": "orders"}])
    with pytest.raises(ControlRefused) as refused:
        shared.control.request("GET", "/records/orders", query=query)
    assert (refused.value.status, refused.value.field) == (status, field)


def test_an_unknown_topic_is_told_with_the_nearest_name(orders):
    with pytest.raises(ControlRefused) as refused:
        orders.records("order")
    assert (refused.value.status, refused.value.field) == (404, "topic")
    assert refused.value.hint == "did you mean 'orders'?"
