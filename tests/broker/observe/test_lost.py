"""Who is lost and who is only idle: scenes by hand, for what is rare or has gone wrong once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from wirekafka_protocol.messages.find_coordinator import FindCoordinatorRequest
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
    MetadataResponseTopic,
)

from wirekafka.observe.findings import may_become_mistakes

ELSEWHERE = ("broker.internal", 9092)


def asks_again_and_again(scene: Any) -> None:
    """Java, which keeps its first connection."""
    client = scene.connect()
    for _ in range(8):
        client.asks_the_way("orders")
        scene.pass_s(0.4)


def asks_again_and_gives_up(scene: Any) -> None:
    """Sarama: twenty times within half a second, then silence."""
    client = scene.connect(given=ELSEWHERE)
    client.lists_all()
    for _ in range(20):
        client.asks_the_way("orders")
        scene.pass_s(0.02)
    scene.pass_s(2.5)


def comes_again_by_a_timer_of_a_second(scene: Any) -> None:
    """librdkafka, in a run in which 0.996 s were between its two connections."""
    first = scene.connect(given=ELSEWHERE)
    first.lists_all()
    first.leaves()
    second = scene.connect(given=ELSEWHERE)
    scene.pass_s(0.996)
    second.asks_the_way("orders")
    second.leaves()
    scene.pass_s(1)


def leaves_before_its_coordinator_is_known(scene: Any) -> None:
    """librdkafka, where its first question has the topic for offsets made."""
    scene.broker.advertises = False
    client = scene.connect(given=ELSEWHERE)
    client.asks_the_way()
    client.asks(FindCoordinatorRequest("g"), version=1)
    client.leaves()
    for _ in range(2):
        client = scene.connect(given=ELSEWHERE)
        client.asks_the_way()
        client.leaves()
        scene.pass_s(1)


def has_its_topic_made(scene: Any) -> None:
    """librdkafka: its first connection is told of no topic yet."""
    first = scene.connect(given=ELSEWHERE)
    answer = MetadataResponse(topics=[MetadataResponseTopic(3, "orders")])
    first.asks(MetadataRequest([MetadataRequestTopic(name="orders")]), version=9, answers=(answer,))
    first.leaves()
    for _ in range(2):
        client = scene.connect(given=ELSEWHERE)
        client.asks_the_way("orders")
        client.leaves()
        scene.pass_s(1)


def looks_for_a_coordinator(scene: Any) -> None:
    scene.connect().asks_for_coordinator("g")
    scene.pass_s(3)


def goes_to_its_broker_and_is_lost(scene: Any) -> None:
    """kafka-python: leaves the bootstrap connection before it tries the node."""
    client = scene.connect(given=ELSEWHERE)
    client.asks_the_way()
    client.leaves()
    scene.pass_s(3)


def asks_for_a_topic_and_is_silent(scene: Any) -> None:
    """A consumer of kafkajs."""
    scene.connect(given=ELSEWHERE).asks_the_way("orders")
    scene.pass_s(3)


def asks_to_work_and_is_silent(scene: Any) -> None:
    """kafkajs with a pattern or a transaction, behind a hint that is wrong."""
    scene.broker.advertises = False
    scene.connect(given=ELSEWHERE).asks_to_work("all")
    scene.pass_s(3)


def gives_up_and_begins_anew(scene: Any) -> None:
    """A consumer of kafkajs that may not create topics and has few retries: no hello again."""
    scene.broker.advertises = False
    for _ in range(2):
        client = scene.connect(given=ELSEWHERE)
        client.asks_to_work("orders", creates=False)
        scene.pass_s(2.5)
        client.leaves()


def has_newer_versions_than_the_broker(scene: Any) -> None:
    """franz-go asks for ApiVersions of a version that cannot be read, then for one that can."""
    client = scene.connect()
    client.asks(ApiVersionsRequest(), version=4)
    client.api_key, client.api_version = 18, 5
    scene.witness.answered(client, None, ApiVersionsResponse(35))
    for _ in range(4):
        client.asks_the_way("orders")
    scene.pass_s(3)


@pytest.mark.parametrize(
    "happens",
    [
        asks_again_and_again,
        asks_again_and_gives_up,
        comes_again_by_a_timer_of_a_second,
        leaves_before_its_coordinator_is_known,
        has_its_topic_made,
        looks_for_a_coordinator,
        goes_to_its_broker_and_is_lost,
        asks_for_a_topic_and_is_silent,
        asks_to_work_and_is_silent,
        gives_up_and_begins_anew,
        has_newer_versions_than_the_broker,
    ],
)
def test_a_client_that_does_not_come_back_is_found(
    scene: Any, happens: Callable[[Any], None]
) -> None:
    happens(scene)
    (finding,) = scene.mistakes()
    assert finding.kind == "advertised address"
    assert finding.since == 0
    assert scene.now <= 5


def works_on_the_same_connection(scene: Any) -> None:
    client = scene.connect()
    client.asks_the_way("orders")
    client.works()


def works_on_another_connection(scene: Any) -> None:
    scene.connect().asks_the_way("orders")
    scene.connect().asks(HeartbeatRequest("g", 1, "m"), version=4)


def lists_a_topic_and_leaves(scene: Any) -> None:
    client = scene.connect(given=ELSEWHERE)
    client.asks_the_way("orders")
    client.leaves()


def looks_at_one_topic_after_the_other(scene: Any) -> None:
    client = scene.connect()
    for number in range(20):
        client.asks_the_way(f"orders-{number}")


def looks_at_a_topic_now_and_then(scene: Any) -> None:
    client = scene.connect()
    for _ in range(10):
        client.asks_the_way("orders")
        scene.pass_s(2)


def lists_all_topics_in_a_loop(scene: Any) -> None:
    """A health check of a compose file."""
    for _ in range(4):
        client = scene.connect(given=ELSEWHERE)
        client.lists_all()
        client.leaves()
        scene.pass_s(1)


def asks_for_versions_in_a_loop(scene: Any) -> None:
    """kafka-broker-api-versions, as a health check: each run goes to the address it was told."""
    for _ in range(4):
        first, second = scene.connect(given=ELSEWHERE), scene.connect(given=ELSEWHERE)
        first.asks_the_way()
        second.asks(ApiVersionsRequest(), version=3, answers=(ApiVersionsResponse(),))
        first.leaves()
        second.leaves()
        scene.pass_s(1)


def is_asked_for_by_two_runs_of_a_tool(scene: Any) -> None:
    for _ in range(2):
        client = scene.connect()
        client.asks_the_way("orders")
        client.leaves()
        scene.pass_s(20)


def is_idle_where_another_has_come(scene: Any) -> None:
    """The address is right: somebody was told the same, and came."""
    scene.connect("other", given=ELSEWHERE).asks_the_way("orders")
    scene.connect("other", given=ELSEWHERE).works()
    goes_to_its_broker_and_is_lost(scene)


def is_idle_where_the_address_is_another_name(scene: Any) -> None:
    """A producer of kafka-python, which is told localhost and came by 127.0.0.1."""
    client = scene.connect(given=("localhost", 9092))
    client.asks_the_way()
    client.leaves()


def lists_all_and_is_idle(scene: Any) -> None:
    """A producer of Sarama, made for a Kafka that is not 2.0."""
    scene.connect(given=ELSEWHERE).asks_to_work("all", version=7)


def says_its_name_and_looks(scene: Any) -> None:
    """Java's partitionsFor, in a version of Metadata that kafkajs has."""
    scene.broker.advertises = False
    scene.connect(software="java", given=ELSEWHERE).asks_to_work("orders")


def asks_to_work_and_has_an_id(scene: Any) -> None:
    """An idle, idempotent producer of kafkajs that uses one connection for all."""
    client = scene.connect(given=ELSEWHERE)
    client.asks_to_work("all")
    answers = (InitProducerIdResponse(),)
    client.asks(InitProducerIdRequest(), version=3, answers=answers)


def asks_to_work_and_leaves(scene: Any) -> None:
    client = scene.connect(given=ELSEWHERE)
    client.asks_to_work("all")
    client.leaves()


def lists_for_an_administrator_of_kafkajs(scene: Any) -> None:
    scene.connect(given=ELSEWHERE).asks_to_work("all", creates=False)


def asks_in_a_loop_and_leaves_at_once(scene: Any) -> None:
    """A health check by an administrator of kafkajs."""
    scene.broker.advertises = False
    for _ in range(4):
        client = scene.connect(given=ELSEWHERE)
        client.asks_to_work("all", creates=False)
        client.leaves()
        scene.pass_s(1)


def tools_of_another_library_in_a_loop(scene: Any) -> None:
    """On a slow machine, each of which keeps the connection by which it has come."""
    for _ in range(3):
        client = scene.connect(software="java", given=ELSEWHERE)
        client.asks_to_work("all", version=7)
        scene.pass_s(3)
        client.leaves()


def is_idle_at_the_address_it_reached(scene: Any) -> None:
    client = scene.connect()
    client.asks_the_way()
    client.leaves()


@pytest.mark.parametrize(
    "happens",
    [
        works_on_the_same_connection,
        works_on_another_connection,
        lists_a_topic_and_leaves,
        looks_at_one_topic_after_the_other,
        looks_at_a_topic_now_and_then,
        lists_all_topics_in_a_loop,
        asks_for_versions_in_a_loop,
        is_asked_for_by_two_runs_of_a_tool,
        is_idle_where_another_has_come,
        is_idle_at_the_address_it_reached,
        is_idle_where_the_address_is_another_name,
        lists_all_and_is_idle,
        says_its_name_and_looks,
        asks_to_work_and_has_an_id,
        asks_to_work_and_leaves,
        lists_for_an_administrator_of_kafkajs,
        asks_in_a_loop_and_leaves_at_once,
        tools_of_another_library_in_a_loop,
    ],
)
def test_a_client_that_is_well_is_left_alone(scene: Any, happens: Callable[[Any], None]) -> None:
    happens(scene)
    assert scene.mistakes() == []
    scene.pass_s(4)
    assert scene.mistakes() == []


def test_with_several_brokers_a_client_may_be_at_the_others(scene: Any) -> None:
    scene.broker.brokers = 3
    asks_again_and_again(scene)
    assert scene.mistakes() == []


def test_a_neighbour_may_know_the_name_and_is_a_doubt(scene: Any) -> None:
    """An idle producer of kafka-python in docker-compose, where the broker is called kafka."""
    scene.broker.neighbours = {"172.18.0.7"}
    for host in ("172.18.0.7", "172.18.0.1"):
        client = scene.connect(host=host, given=("kafka", 9092))
        client.asks_the_way()
        client.leaves()
    scene.pass_s(3)
    assert [finding.client for finding in scene.doubts()] == ["app at 172.18.0.7"]
    assert [finding.client for finding in scene.mistakes()] == ["app at 172.18.0.1"]


def test_the_finding_names_the_address_given_and_what_to_change(scene: Any) -> None:
    scene.connect("shop", software="lib", given=ELSEWHERE).asks_the_way("orders")
    scene.pass_s(3)
    (finding,) = scene.mistakes()
    assert finding.client == "shop (lib 1.0) at 127.0.0.1"
    assert "broker.internal:9092, though it reached this broker at 127.0.0.1:9092" in finding.cause
    assert "advertised.listeners of listener PLAINTEXT" in finding.advice


def test_behind_a_forwarded_port_the_hint_is_advised(scene: Any) -> None:
    scene.connect().asks_for_coordinator("g")
    scene.pass_s(3)
    (finding,) = scene.mistakes()
    assert "--advertised-port" in finding.advice
    assert "PUT /addresses" in finding.advice


def test_a_finding_ends_when_the_client_comes(scene: Any) -> None:
    asks_again_and_again(scene)
    assert scene.mistakes()
    scene.connect().works()
    assert scene.mistakes() == []


def test_whoever_was_just_told_is_looked_at_again(scene: Any) -> None:
    client = scene.connect()
    client.asks_the_way("orders")
    assert may_become_mistakes(scene.tapes(), [], scene.now)
    client.works()
    assert not may_become_mistakes(scene.tapes(), [], scene.now)
