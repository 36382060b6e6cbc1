"""The classic mistakes, each from the traces that it leaves, and the traces that are no mistake."""

from __future__ import annotations

from typing import Any

import pytest
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupResponse
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
    MetadataResponseTopic,
)
from wirekafka_protocol.messages.produce import (
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceResponse,
)
from wirekafka_protocol.messages.sasl_handshake import (
    SaslHandshakeRequest,
    SaslHandshakeResponse,
)
from wirekafka_protocol.uuids import uuid_text

from wirekafka.observe.finding import Finding
from wirekafka.observe.findings import mistakes

FENCED = 82


def found(scene: Any) -> list[Finding]:
    return mistakes(scene.tapes(), scene.witness.facts(), scene.broker, scene.now)


def kinds(scene: Any) -> list[str]:
    return [finding.kind for finding in found(scene)]


# -- what does not speak Kafka --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00", "TLS to a plaintext port"),
        (b"GET /topics HTTP/1.1\r\nHost: x", "HTTP to the Kafka port"),
        (b"POST /subjects HTTP/1.1\r\n", "HTTP to the Kafka port"),
        (b"SSH-2.0-OpenSSH_9", "not Kafka"),
        (b"\0\0\0\x08\x04\xd2\x16\x2f", "not Kafka"),
        (b"\xff\xff\xff\xff\x00", "not Kafka"),
    ],
)
def test_strangers_are_named(scene: Any, first: bytes, kind: str) -> None:
    client = scene.connect()
    client.tape.refused(memoryview(first), 0, len(first))
    client.leaves()
    assert kinds(scene) == [kind]
    assert scene.alarms == 1
    scene.pass_s(61)
    assert found(scene) == []


def test_the_http_request_line_is_shown(scene: Any) -> None:
    client = scene.connect()
    first = b"GET /topics HTTP/1.1\r\nHost: x"
    client.tape.refused(memoryview(first), 0, len(first))
    assert "GET /topics HTTP/1.1" in found(scene)[0].cause


def test_a_known_protocol_is_named(scene: Any) -> None:
    client = scene.connect()
    client.tape.refused(memoryview(b"*1\r\n$4\r\nPING\r\n"), 0, 14)
    assert "(Redis)" in found(scene)[0].cause


def test_nobody_is_advised_to_use_what_this_version_does_not_have(scene: Any) -> None:
    """Neither TLS nor SASL."""
    scene.connect().tape.refused(memoryview(b"\x16\x03\x01"), 0, 3)
    scene.connect("app").asks(
        SaslHandshakeRequest("PLAIN"), version=1, answers=(SaslHandshakeResponse(34),)
    )
    for finding in found(scene):
        assert "set security.protocol=PLAINTEXT at the client, without SASL" in finding.advice
    assert kinds(scene) == ["TLS to a plaintext port", "SASL without need"]
    cause = found(scene)[1].cause
    assert "SASL PLAIN, once, on a listener without SASL: ILLEGAL_SASL_STATE" in cause


def test_a_stranger_who_tries_again_is_told_once(scene: Any) -> None:
    for first in (b"\x16\x03\x01\x02\x00\x01\x00", b"GET /a HTTP/1.1", b"GET /b HTTP/1.1") * 3:
        client = scene.connect()
        client.tape.refused(memoryview(first), 0, len(first))
        client.leaves()
    causes = [finding.cause for finding in found(scene)]
    assert len(causes) == 3
    assert all(cause.endswith("(3 times)") for cause in causes)


# -- refusals -------------------------------------------------------------------------------------


def test_a_request_above_the_limit_of_the_socket_is_an_oversize_message(scene: Any) -> None:
    client = scene.connect("bulk")
    client.asks(HeartbeatRequest("g", 1, "m"), version=4)
    client.tape.refused(memoryview((2000).to_bytes(4, "big")), 0, 4)
    client.leaves()
    (finding,) = found(scene)
    assert finding.kind == "oversize message"
    assert "2000 bytes, more than socket.request.max.bytes=1000" in finding.cause


def test_a_batch_above_the_limit_of_its_topic_is_an_oversize_message(scene: Any) -> None:
    scene.broker.topics["orders"] = 500
    rows = [TopicProduceResponse("orders", None, [PartitionProduceResponse(0, 10, -1)])]
    scene.connect("bulk").asks(ProduceRequest(acks=1), version=7, answers=(ProduceResponse(rows),))
    (finding,) = found(scene)
    assert (finding.kind, finding.client) == ("oversize message", "bulk at 127.0.0.1")
    assert "max.message.bytes=500 of topic orders" in finding.cause


def test_a_topic_that_was_produced_to_by_its_id_is_named(scene: Any) -> None:
    scene.broker.topics["orders"] = 500
    scene.broker.ids[uuid_text(b"i" * 16)] = "orders"
    rows = [TopicProduceResponse("", b"i" * 16, [PartitionProduceResponse(0, 10, -1)])]
    scene.connect("bulk").asks(ProduceRequest(acks=1), version=13, answers=(ProduceResponse(rows),))
    (finding,) = found(scene)
    assert "max.message.bytes=500 of topic orders" in finding.cause
    assert "--topic orders" in finding.advice


def join(client: Any, error: int = 0) -> None:
    request = JoinGroupRequest("g", 45_000, 45_000, "", "one", "consumer", [])
    client.asks(request, version=7, answers=(JoinGroupResponse(error_code=error),))


def test_two_members_with_one_instance_id_are_both_named(scene: Any) -> None:
    first, second = scene.connect("first"), scene.connect("second")
    join(first)
    join(second)
    first.asks(
        HeartbeatRequest("g", 1, "m", "one"), version=4, answers=(HeartbeatResponse(0, FENCED),)
    )
    (finding,) = found(scene)
    assert (finding.kind, finding.client) == ("group.instance.id", "first at 127.0.0.1")
    assert "group.instance.id one, which second at 127.0.0.1 has now" in finding.cause


def ask_for_missing(scene: Any, times: int, *, may_create: bool = True) -> None:
    client = scene.connect()
    for _ in range(times):
        request = MetadataRequest([MetadataRequestTopic(name="oders")], may_create)
        answer = MetadataResponse(topics=[MetadataResponseTopic(3, "oders")])
        client.asks(request, version=9, answers=(answer,))


def test_a_topic_that_nobody_will_create_is_missing(scene: Any) -> None:
    scene.broker.auto_create_topics = False
    ask_for_missing(scene, 2)
    (finding,) = found(scene)
    assert finding.kind == "missing topic"
    assert "asked 2 times for topic oders" in finding.cause
    assert "auto.create.topics.enable=false" in finding.cause


def test_a_client_that_forbids_creation_is_told_so(scene: Any) -> None:
    ask_for_missing(scene, 2, may_create=False)
    assert "allow.auto.create.topics=false" in found(scene)[0].cause


def test_no_topic_is_missing_that_will_be_created_exists_or_was_asked_for_once(scene: Any) -> None:
    ask_for_missing(scene, 5)
    assert found(scene) == []
    scene.broker.auto_create_topics = False
    scene.broker.topics["oders"] = 1
    assert found(scene) == []
    scene.broker.topics.clear()
    scene.witness.forget()
    ask_for_missing(scene, 1, may_create=False)
    scene.pass_s(3)
    assert found(scene) == []


def test_who_asks_once_and_gives_up_is_told_when_the_topic_stays_missing(scene: Any) -> None:
    scene.broker.auto_create_topics = False
    ask_for_missing(scene, 1)
    assert found(scene) == []
    scene.pass_s(2)
    (finding,) = found(scene)
    assert "asked once for topic oders" in finding.cause


def test_a_consumer_that_asks_once_and_may_not_have_it_made_is_told(scene: Any) -> None:
    """librdkafka in Node, in one run of three."""
    scene.connect().asks_for_coordinator("g")
    ask_for_missing(scene, 1, may_create=False)
    assert "missing topic" not in kinds(scene)
    scene.pass_s(2)
    assert "missing topic" in kinds(scene)
