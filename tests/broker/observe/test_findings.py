"""The classic mistakes, each from the traces that it leaves, and the traces that are no mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupResponse
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponseTopic,
)
from wirekafka_protocol.messages.produce import (
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceResponse,
)
from wirekafka_protocol.uuids import uuid_text

from wirekafka.observe.finding import Finding
from wirekafka.observe.findings import may_become_mistakes, mistakes

ELSEWHERE = ("broker.internal", 9092)
FENCED = 82


def found(scene: Any) -> list[Finding]:
    return mistakes(scene.tapes(), scene.witness.facts(), scene.broker, scene.now)


def kinds(scene: Any) -> list[str]:
    return [finding.kind for finding in found(scene)]


# -- the advertised address -----------------------------------------------------------------------


def comes_again_and_again(scene: Any) -> None:
    """librdkafka: asks at the bootstrap address, cannot connect, asks again."""
    for _ in range(3):
        client = scene.connect()
        client.asks_the_way("orders")
        client.leaves()
        scene.pass_s(1)


def keeps_its_first_connection(scene: Any) -> None:
    """Java: the bootstrap connection stays, the node's never comes."""
    scene.connect(given=ELSEWHERE).asks_the_way()
    scene.pass_s(3)


def looks_for_a_coordinator(scene: Any) -> None:
    scene.connect().asks_for_coordinator("g")
    scene.pass_s(3)


def goes_to_its_broker_and_is_lost(scene: Any) -> None:
    """kafka-python: leaves the bootstrap connection before it tries the node."""
    client = scene.connect(given=ELSEWHERE)
    client.asks_the_way()
    client.leaves()
    scene.pass_s(3)


def list_all(client: Any) -> None:
    answer = MetadataResponse(brokers=[MetadataResponseBroker(1, *client.advertised)])
    client.asks(MetadataRequest(None), version=9, answers=(answer,))


def lists_all_and_then_wants_one(scene: Any) -> None:
    """Sarama: one connection, from which it asks again and again."""
    client = scene.connect(given=ELSEWHERE)
    list_all(client)
    for _ in range(3):
        client.asks_the_way("orders")
    scene.pass_s(3)


def keeps_its_second_connection(scene: Any) -> None:
    """librdkafka, when it begins with the list of all topics."""
    first = scene.connect(given=ELSEWHERE)
    list_all(first)
    scene.pass_s(1)
    first.leaves()
    second = scene.connect(given=ELSEWHERE)
    scene.pass_s(1)
    second.asks_the_way("orders")
    scene.pass_s(2.5)


def comes_again_at_once_and_is_stuck(scene: Any) -> None:
    """librdkafka, when it left its first connection within the same moment."""
    list_all(scene.connect(given=ELSEWHERE))
    second = scene.connect(given=ELSEWHERE)
    scene.pass_s(0.9)
    second.asks_the_way("orders")
    scene.pass_s(3)


def has_newer_versions_than_the_broker(scene: Any) -> None:
    """franz-go asks for ApiVersions of a version that cannot be read, then for one that can."""
    client = scene.connect()
    client.asks(ApiVersionsRequest(), version=4)
    client.api_key, client.api_version = 18, 5
    scene.witness.answered(client, None, ApiVersionsResponse(35))
    client.asks_the_way("orders")
    client.asks_the_way("orders")
    scene.pass_s(3)


@pytest.mark.parametrize(
    "happens",
    [
        comes_again_and_again,
        lists_all_and_then_wants_one,
        keeps_its_second_connection,
        comes_again_at_once_and_is_stuck,
        has_newer_versions_than_the_broker,
        keeps_its_first_connection,
        looks_for_a_coordinator,
        goes_to_its_broker_and_is_lost,
    ],
)
def test_a_client_that_does_not_come_back_is_found(
    scene: Any, happens: Callable[[Any], None]
) -> None:
    happens(scene)
    (finding,) = found(scene)
    assert finding.kind == "advertised address"
    assert finding.since == 0
    assert scene.now <= 5


def works_on_the_same_connection(scene: Any) -> None:
    client = scene.connect()
    client.asks_the_way("orders")
    client.asks(HeartbeatRequest("g", 1, "m"), version=4, answers=(HeartbeatResponse(),))


def works_on_another_connection(scene: Any) -> None:
    scene.connect().asks_the_way("orders")
    scene.connect().asks(HeartbeatRequest("g", 1, "m"), version=4)


def is_ready_on_another_connection(scene: Any) -> None:
    """librdkafka without work: it has asked the way on the connection to its broker as well."""
    first = scene.connect()
    first.asks_the_way("orders")
    first.leaves()
    scene.pass_s(1)
    scene.connect().asks_the_way()


def lists_a_topic_and_leaves(scene: Any) -> None:
    client = scene.connect(given=ELSEWHERE)
    client.asks_the_way("orders")
    client.leaves()


def lists_all_topics_in_a_loop(scene: Any) -> None:
    """A health check of a compose file."""
    for _ in range(4):
        client = scene.connect(given=ELSEWHERE)
        answer = MetadataResponse(brokers=[MetadataResponseBroker(1, *ELSEWHERE)])
        client.asks(MetadataRequest(None), version=9, answers=(answer,))
        client.leaves()
        scene.pass_s(1)


def lists_all_and_wants_nothing(scene: Any) -> None:
    """Sarama's producer without a record."""
    list_all(scene.connect(given=ELSEWHERE))


def lists_all_and_looks_at_one(scene: Any) -> None:
    """An administrator's page, at the address that it had reached."""
    client = scene.connect()
    list_all(client)
    client.asks_the_way("orders")


def is_kept_ready_at_the_address_it_reached(scene: Any) -> None:
    client = scene.connect()
    client.asks_the_way()
    client.leaves()


def is_asked_for_by_two_runs_of_a_tool(scene: Any) -> None:
    for _ in range(2):
        client = scene.connect()
        client.asks_the_way("orders")
        client.leaves()
        scene.pass_s(20)


@pytest.mark.parametrize(
    "happens",
    [
        works_on_the_same_connection,
        works_on_another_connection,
        is_ready_on_another_connection,
        lists_a_topic_and_leaves,
        lists_all_topics_in_a_loop,
        lists_all_and_wants_nothing,
        lists_all_and_looks_at_one,
        is_kept_ready_at_the_address_it_reached,
        is_asked_for_by_two_runs_of_a_tool,
    ],
)
def test_a_client_that_is_well_is_left_alone(scene: Any, happens: Callable[[Any], None]) -> None:
    happens(scene)
    scene.pass_s(4)
    assert found(scene) == []


def test_with_several_brokers_a_client_may_be_at_the_others(scene: Any) -> None:
    scene.broker.brokers = 3
    keeps_its_first_connection(scene)
    assert found(scene) == []


def test_the_finding_names_the_address_given_and_what_to_change(scene: Any) -> None:
    scene.connect("shop", software="lib", given=ELSEWHERE).asks_the_way("orders")
    scene.pass_s(3)
    (finding,) = found(scene)
    assert finding.client == "shop (lib 1.0) at 127.0.0.1"
    assert "broker.internal:9092, though it reached this broker at 127.0.0.1:9092" in finding.cause
    assert "advertised.listeners of listener PLAINTEXT" in finding.advice


def test_behind_a_forwarded_port_the_hint_is_advised(scene: Any) -> None:
    scene.connect().asks_for_coordinator("g")
    scene.pass_s(3)
    (finding,) = found(scene)
    assert "--advertised-port" in finding.advice
    assert "PUT /addresses" in finding.advice


def test_whoever_was_just_told_is_looked_at_again(scene: Any) -> None:
    client = scene.connect()
    client.asks_the_way("orders")
    assert may_become_mistakes(scene.tapes(), [], scene.now)
    client.asks(HeartbeatRequest("g", 1, "m"), version=4)
    assert not may_become_mistakes(scene.tapes(), [], scene.now)


# -- what does not speak Kafka --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00", "TLS to a plaintext port"),
        (b"GET /topics HTTP/1.1\r\nHost: x", "HTTP to the Kafka port"),
        (b"POST /subjects HTTP/1.1\r\n", "HTTP to the Kafka port"),
        (b"SSH-2.0-OpenSSH_9", "not Kafka"),
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
