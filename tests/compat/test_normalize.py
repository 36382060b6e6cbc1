"""Placeholders for what differs from run to run; order for what has none."""

from __future__ import annotations

import uuid

from compat.wire.batches import batch
from compat.wire.codec import ZERO_UUID
from compat.wire.normalize import Normalizer, kafka_id

ONE, TWO = uuid.UUID(int=1), uuid.UUID(int=2)


def normalizer() -> Normalizer:
    return Normalizer(("cabc-name-", "cabc-"), "127.0.0.1:1234")


def test_the_same_id_gets_the_same_placeholder():
    found = normalizer().plain([ONE, TWO, ONE, ZERO_UUID])
    assert found == ["<id-1>", "<id-2>", "<id-1>", "zero-id"]


def test_an_id_is_found_again_in_texts():
    of = normalizer()
    of.plain(ONE)
    assert of.plain(f"topic {kafka_id(ONE)} is gone") == "topic <id-1> is gone"


def test_names_lose_what_belongs_to_the_run():
    assert normalizer().plain(["cabc-name-t", "cabc-other-g"]) == ["t", "other-g"]


def test_member_ids_are_numbered():
    member, other = f"compat-{uuid.UUID(int=7)}", f"compat-{uuid.UUID(int=8)}"
    found = normalizer().plain({"leader": member, "member_id": other, "members": [member]})
    assert found["leader"] == found["members"][0] == "compat-<uuid-1>"
    assert found["member_id"] == "compat-<uuid-2>"


def test_times_ports_hosts_and_cluster_ids_are_one_placeholder_each():
    found = normalizer().plain(
        {"timestamp": 1_800_000_000_000, "port": 9092, "host": "h", "cluster_id": "x", "offset": 7}
    )
    assert found == {
        "timestamp": "<time>",
        "port": "<port>",
        "host": "<host>",
        "cluster_id": "<cluster_id>",
        "offset": 7,
    }


def test_producer_ids_are_numbered_and_minus_one_stays():
    of = normalizer()
    assert of.plain([{"producer_id": 4000}, {"producer_id": -1}]) == [
        {"producer_id": "<producer-1>"},
        {"producer_id": -1},
    ]
    assert of.plain("Invalid producerId: 4000 here") == "Invalid producerId: <producer> here"


def test_booleans_and_floats_stay_what_they_are():
    assert normalizer().plain([True, 0.5, None]) == [True, 0.5, None]


def test_bytes_are_text_or_hex():
    assert normalizer().plain([b"abc", b"\0\1", b""]) == ["abc", "0x0001", ""]


def test_records_are_decoded_unless_they_say_what_they_are():
    sent = normalizer().plain({"records": batch(b"a", crc=1)})
    got = normalizer().plain({"records": bytes(batch(b"a"))})
    assert sent == {"records": {"records": ["a"], "crc": 1}}
    assert got["records"][0]["base_timestamp"] == "<time>"
    assert got["records"][0]["records"][0]["value"] == "a"


def test_lists_of_named_things_are_sorted():
    rows = [{"name": "b", "p": [{"partition": 2}, {"partition": 1}]}, {"name": "a", "p": []}]
    assert normalizer().in_order(rows) == [
        {"name": "a", "p": []},
        {"name": "b", "p": [{"partition": 1}, {"partition": 2}]},
    ]


def test_lists_with_an_order_of_their_own_keep_it():
    assert normalizer().in_order([2, 1]) == [2, 1]
    assert normalizer().in_order([{"x": 2}, {"x": 1}]) == [{"x": 2}, {"x": 1}]
    assert normalizer().in_order({"records": [{"key": "b"}, {"key": "a"}]}) == {
        "records": [{"key": "b"}, {"key": "a"}]
    }


def test_ids_are_numbered_in_the_order_of_the_sorted_list():
    """The real broker lists topics in the order of a hash table, which changes from run to run."""
    rows = [{"name": "cabc-name-b", "topic_id": TWO}, {"name": "cabc-name-a", "topic_id": ONE}]
    expected = [{"name": "a", "topic_id": "<id-1>"}, {"name": "b", "topic_id": "<id-2>"}]
    for answer in (rows, rows[::-1]):
        of = normalizer()
        assert of.plain(of.in_order({"topics": answer}))["topics"] == expected


def test_things_named_by_ids_are_sorted_by_the_numbers_that_were_shown():
    of = normalizer()
    assert of.plain([TWO, ONE]) == ["<id-1>", "<id-2>"]
    rows = of.in_order([{"topic_id": ONE}, {"topic_id": TWO}])
    assert rows == [{"topic_id": TWO}, {"topic_id": ONE}]


def test_things_named_by_new_ids_are_sorted_by_what_else_is_known_of_them():
    rows = [{"topic_id": TWO, "x": "b"}, {"topic_id": ONE, "x": "a"}]
    for answer in (rows, rows[::-1]):
        of = normalizer()
        assert of.plain(of.in_order(answer)) == [
            {"topic_id": "<id-1>", "x": "a"},
            {"topic_id": "<id-2>", "x": "b"},
        ]


def test_sorting_numbers_nothing():
    of = normalizer()
    of.in_order([{"topic_id": TWO}, {"topic_id": ONE}])
    assert of.plain(ONE) == "<id-1>"


def test_things_with_the_same_name_keep_their_order():
    rows = [{"name": "a", "error_code": 42}, {"name": "a", "error_code": 0}]
    assert normalizer().in_order(rows) == rows
