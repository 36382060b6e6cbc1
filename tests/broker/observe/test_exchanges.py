"""Requests and answers, found and paired."""

from __future__ import annotations

from typing import Any

from wirekafka_protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.records.record import Record, build_batch

from wirekafka.observe.exchanges import exchanges, of_tape
from wirekafka.observe.selection import Selection, chosen, groups_of, topics_of


def beat(group: str = "g") -> HeartbeatRequest:
    return HeartbeatRequest(group, 1, "m")


def produce(*values: bytes) -> ProduceRequest:
    batch = build_batch([Record(i, 1, None, value) for i, value in enumerate(values)])
    rows = [PartitionProduceData(3, batch)]
    return ProduceRequest(acks=0, timeout_ms=1, topic_data=[TopicProduceData("t", None, rows)])


def test_answers_go_to_the_requests_of_their_correlation_ids(scene: Any) -> None:
    client = scene.connect()
    client.asks(beat(), beat(), version=4, answers=(HeartbeatResponse(), HeartbeatResponse(0, 27)))
    first, second = of_tape(client.tape)
    assert (first.state, first.errors, first.answer_fields) == (
        "answered",
        [],
        {"throttle_time_ms": 0, "error_code": 0},
    )
    assert second.errors == ["REBALANCE_IN_PROGRESS"]


def test_a_request_in_front_of_an_answered_one_had_no_answer(scene: Any) -> None:
    client = scene.connect()
    client.asks(produce(b"a"), version=7)
    client.asks(beat(), version=4, answers=(HeartbeatResponse(),))
    assert [one.state for one in of_tape(client.tape)] == ["silent", "answered"]


def test_an_answer_that_came_later_has_its_duration(scene: Any) -> None:
    client = scene.connect()
    client.is_answer_due = True
    client.asks(beat(), version=4)
    (waiting,) = of_tape(client.tape)
    assert (waiting.state, waiting.duration_ms) == ("waiting", None)
    scene.pass_s(1.5)
    client.hears(HeartbeatResponse(), 4)
    (answered,) = of_tape(client.tape)
    assert (answered.state, answered.duration_ms) == ("answered", 1500)


def test_a_connection_that_ends_leaves_its_request_unanswered(scene: Any) -> None:
    client = scene.connect()
    client.asks(beat(), version=4)
    client.leaves()
    assert [one.state for one in of_tape(client.tape)] == ["unanswered"]


def test_records_are_outlined(scene: Any) -> None:
    client = scene.connect()
    client.asks(produce(b"a", b"b"), version=7)
    (found,) = of_tape(client.tape)
    assert found.request_fields is not None
    records = found.request_fields["topic_data"][0]["partition_data"][0]["records"]
    assert records == {"bytes": records["bytes"], "base_offset": 0, "batches": 1, "records": 2}


def test_a_request_that_was_cut_shows_what_stands_in_front_of_its_records(scene: Any) -> None:
    client = scene.connect()
    client.asks(produce(bytes(100_000)), version=9)
    (found,) = of_tape(client.tape)
    assert found.is_cut
    assert found.request_fields is not None
    row = found.request_fields["topic_data"][0]["partition_data"][0]
    assert (row["index"], row["records"]["records"]) == (3, 1)


def test_a_version_that_nobody_knows_is_listed_without_fields(scene: Any) -> None:
    client = scene.connect()
    data = b"\0\0\0\x0b" + b"\x00\x12" + b"\x00\x63" + bytes(4) + b"\xff\xff\0"
    client.tape.ran(0.0, memoryview(data), 0, len(data), 1, [])
    (found,) = of_tape(client.tape)
    assert (found.api, found.request_fields, found.state) == ("ApiVersions", None, "silent")


def test_an_answer_to_an_unknown_api_versions_is_read_as_version_0(scene: Any) -> None:
    client = scene.connect()
    client.asks(ApiVersionsRequest(), version=4)
    answer = b"\0\0\0\x0a" + b"\0\0\0\x01" + b"\0\x23" + bytes(4)
    client.tape.answered([answer])
    (found,) = of_tape(client.tape)
    assert found.errors == ["UNSUPPORTED_VERSION"]
    assert isinstance(found.answer_message, ApiVersionsResponse)


def test_requests_are_listed_in_the_order_of_arrival(scene: Any) -> None:
    one, other = scene.connect("one"), scene.connect("other")
    for client in (other, one, other):
        client.asks(beat(), version=4)
        scene.pass_s(1)
    assert [found.client_id for found in exchanges(scene.tapes())] == ["other", "one", "other"]


def select(scene: Any, since: float = 0.0, **wanted: Any) -> list[str]:
    found = chosen(exchanges(scene.tapes()), Selection(**wanted), since=since, topic_names={})
    return [f"{one.client_id}:{one.api}" for one in found]


def test_selections(scene: Any) -> None:
    a, b = scene.connect("a", software="lib"), scene.connect("b", host="10.0.0.7")
    a.asks(beat("x"), version=4, answers=(HeartbeatResponse(0, 25),))
    scene.pass_s(1)
    b.asks(produce(b"v"), version=7)
    assert select(scene, client="a") == select(scene, client="lib") == ["a:Heartbeat"]
    assert select(scene, client="10.0.0.7") == select(scene, api="produce") == ["b:Produce"]
    assert select(scene, topic="t") == select(scene, since=0.5) == ["b:Produce"]
    assert select(scene, group="x") == select(scene, error="UNKNOWN_MEMBER_ID") == ["a:Heartbeat"]
    assert select(scene, connection=2) == ["b:Produce"]
    assert select(scene, topic="nowhere") == []


def test_topics_and_groups_of_a_request_are_named(scene: Any) -> None:
    client = scene.connect()
    client.asks_the_way("orders", "returns")
    client.asks_for_coordinator("billing")
    metadata, coordinator = of_tape(client.tape)
    assert topics_of(metadata, {}) == ["orders", "returns"]
    assert groups_of(coordinator) == ["billing"]
