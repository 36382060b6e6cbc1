"""The capture as `wirekafka replay` reads it: whole requests in their order, or a refusal."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from wirekafka_protocol.messages.fetch import (
    FetchableTopicResponse,
    FetchRequest,
    FetchResponse,
    PartitionData,
)
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.records.batch import read_header, set_offset_and_epoch
from wirekafka_protocol.records.record import Record, build_batch

from wirekafka.cli.captured import steps_of
from wirekafka.cli.conversation import ABANDONED, NOT_KEPT
from wirekafka.cli.output import CommandError
from wirekafka.cli.steps import Act, Step
from wirekafka.observe.pcapng import capture
from wirekafka.observe.recorder import CLOSED_TAPES
from wirekafka.observe.tape import KEPT_BYTES, TAPE_BYTES

BEAT = HeartbeatRequest("app", 3, "member")


def steps(scene: Any) -> list[Step]:
    return steps_of(capture(scene.tapes(), lambda when: when * 1000))


def told(found: list[Step]) -> list[tuple[str, int]]:
    return [(step.act.value, step.connection) for step in found]


def connect(scene: Any, port: int) -> Any:
    client = scene.connect(f"client-{port}")
    client.tape.client_port = port
    return client


def batch(offset: int) -> bytearray:
    data = bytearray(build_batch([Record(0, 1_000, None, b"v")]))
    set_offset_and_epoch(data, 0, offset, 7)
    return data


def produce(records: bytes, acks: int) -> ProduceRequest:
    return ProduceRequest(
        None, acks, 1000, [TopicProduceData("t", partition_data=[PartitionProduceData(0, records)])]
    )


def test_everything_comes_in_its_order_with_what_it_said(scene: Any) -> None:
    one, other = connect(scene, 1), connect(scene, 2)
    scene.pass_s(1)
    one.asks(BEAT, version=3)  # is parked
    scene.pass_s(1)
    other.asks(BEAT, version=3, answers=(HeartbeatResponse(0, 27),))
    scene.pass_s(1)
    one.hears(HeartbeatResponse(0, 0), 3)
    scene.pass_s(1)
    one.leaves()
    found = steps(scene)
    assert told(found) == [
        ("send", 1), ("send", 2), ("receive", 2), ("receive", 1), ("close", 1),
    ]  # fmt: skip
    assert [step.at_s for step in found] == [1, 2, 2, 3, 4]
    first = found[0].entry
    assert (first["api"], first["client_id"], first["request"]["member_id"]) == (
        "Heartbeat", "client-1", "member",
    )  # fmt: skip
    assert first["answer"]["error_code"] == 0
    assert found[1].entry["answer"]["error_code"] == 27


@pytest.mark.parametrize("leaves", [True, False])
def test_what_was_never_answered_is_sent_and_not_waited_for(scene: Any, leaves: bool) -> None:
    client = scene.connect()
    client.asks(BEAT, version=3)
    if leaves:
        client.leaves()
    found = steps(scene)
    assert found[0].entry["answer"] == ABANDONED
    assert [step.act for step in found[1:]] == [Act.CLOSE] * leaves


def test_a_produce_without_acks_has_no_answer(scene: Any) -> None:
    client = scene.connect()
    client.asks(produce(b"", 0), BEAT, version=3, answers=(None, HeartbeatResponse()))
    silent, beat, answer = steps(scene)
    assert silent.entry["answer"] is None
    assert (beat.act, answer.act) == (Act.SEND, Act.RECEIVE)
    assert answer.entry is beat.entry


def test_batches_are_as_the_client_sent_them(scene: Any) -> None:
    """The broker had written its offset and epoch into them, and refuses what has any."""
    client = scene.connect()
    client.asks(produce(bytes(batch(40) + batch(41)), -1), version=9)
    row = steps(scene)[0].entry["request"]["topic_data"][0]["partition_data"][0]
    data = bytes.fromhex(row["records"].removeprefix("0x"))
    for pos in (0, len(data) // 2):
        header = read_header(data, pos)
        assert (header.base_offset, header.partition_leader_epoch) == (0, -1)


@pytest.mark.parametrize("version", [11, 12])
def test_a_fetch_without_its_records_is_known_as_far_as_it_goes(scene: Any, version: int) -> None:
    """The next request is sent after it, with the session that it has told."""
    client = scene.connect()
    rows = [FetchableTopicResponse("t", partitions=[PartitionData(0, 0, 5, records=bytes(50_000))])]
    answer = FetchResponse(0, 0, 77, rows * 2)
    client.asks(FetchRequest(), version=version, answers=(answer,))
    client.asks(BEAT, version=3, answers=(HeartbeatResponse(),))
    found = steps(scene)
    assert told(found) == [("send", 1), ("receive", 1)] * 2
    known = found[0].entry["answer"]
    assert (known["error_code"], known["session_id"]) == (0, 77)
    assert found[2].entry["answer"]["error_code"] == 0


def test_answers_that_were_not_kept_are_known_to_have_come(scene: Any) -> None:
    client = scene.connect()
    rows = [FetchableTopicResponse("t", partitions=[PartitionData(0, 0, 5, records=bytes(50_000))])]
    client.asks(
        FetchRequest(), FetchRequest(), version=11, answers=(FetchResponse(responses=rows),) * 2
    )
    client.asks(FetchRequest(), version=11, answers=(FetchResponse(),))
    found = steps(scene)
    assert [step.act for step in found].count(Act.RECEIVE) == 3
    assert found[1].entry["answer"] == NOT_KEPT


def test_requests_that_were_cut_are_refused(scene: Any) -> None:
    client = scene.connect()
    client.asks(produce(bytes(KEPT_BYTES), -1), version=3)
    client.asks(BEAT, version=3)
    with pytest.raises(CommandError, match=r"has not kept .* bytes of requests of connection 1"):
        steps(scene)


def test_the_last_request_that_was_cut_is_refused(scene: Any) -> None:
    client = scene.connect()
    client.asks(produce(bytes(KEPT_BYTES), -1), version=3)
    with pytest.raises(CommandError, match="the end of a request of connection 1"):
        steps(scene)


def test_requests_that_made_way_for_newer_ones_are_refused(scene: Any) -> None:
    client = scene.connect()
    for _ in range(TAPE_BYTES // 300):
        client.asks(BEAT, version=3, answers=(HeartbeatResponse(),))
    assert client.tape.dropped_frames
    with pytest.raises(CommandError, match="bytes of requests of connection 1"):
        steps(scene)


def test_connections_that_made_way_for_newer_ones_are_missed(scene: Any) -> None:
    for _ in range(CLOSED_TAPES + 3):
        client = scene.connect()
        client.asks(BEAT, version=3, answers=(HeartbeatResponse(),))
        client.leaves()
    data = capture(scene.tapes(), float, lost_connections=scene.recorder.lost_connections)
    with pytest.raises(CommandError, match="3 connections were not kept"):
        steps_of(data)
    scene.recorder.forget()
    assert scene.recorder.lost_connections == 0


def test_what_was_forgotten_on_purpose_is_not_missed(scene: Any) -> None:
    client = scene.connect()
    client.asks(BEAT, version=3, answers=(HeartbeatResponse(),))
    scene.recorder.forget()
    client.asks(BEAT, version=3, answers=(HeartbeatResponse(),))
    assert told(steps(scene)) == [("send", 1), ("receive", 1)]


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01"])
def test_what_is_no_request_is_left_out(scene: Any, sent: bytes) -> None:
    client = scene.connect()
    client.tape.refused(memoryview(sent), 0, len(sent))
    client.leaves()
    assert told(steps(scene)) == [("close", 1)]


def test_addresses_of_both_families_are_read(scene: Any) -> None:
    client = scene.connect(host="::1")
    client.asks(BEAT, version=3, answers=(HeartbeatResponse(),))
    assert told(steps(scene)) == [("send", 1), ("receive", 1)]


def test_a_file_that_is_cut_anywhere_is_refused_or_the_beginning_of_it(scene: Any) -> None:
    client = scene.connect()
    client.asks(BEAT, version=3, answers=(HeartbeatResponse(),))
    client.leaves()
    data = capture(scene.tapes(), float)
    for size in range(12, len(data)):
        try:
            found = steps_of(data[:size])
        except ValueError:
            continue
        assert told(found) in ([], [("send", 1)], [("send", 1), ("receive", 1)])


def test_a_file_with_any_byte_spoilt_does_no_more_than_be_refused(scene: Any) -> None:
    client = scene.connect()
    client.asks(BEAT, version=3, answers=(HeartbeatResponse(),))
    data = capture(scene.tapes(), float)
    for index in range(len(data)):
        spoilt = bytearray(data)
        spoilt[index] ^= 0xFF
        with contextlib.suppress(ValueError, CommandError):
            steps_of(bytes(spoilt))
