"""Who is lost and who is only idle: what real clients did, played again, and scenes by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirekafka_protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponseTopic,
)

from wirekafka.observe.finding import Finding
from wirekafka.observe.findings import may_become_mistakes, mistakes

ELSEWHERE = ("broker.internal", 9092)
LIVES = Path(__file__).with_name("recorded_lives.txt")
_CONNECTION = re.compile(r"  (\d+\.\d+)-(\d+\.\d+)?:(.*)")

LOOKS_IDLE = {"kafkajs pattern", "kafkajs transactional"}
"""Lost clients whose connections are those of an administrator that lists all topics and idles."""


@dataclass(frozen=True)
class Event:
    """Something that a connection does."""

    at: float
    connection: int
    what: str


def recorded(kind: str) -> Iterator[Any]:
    """The lives of this kind, each a parameter: when its connections did what."""
    text = "\n".join(
        line for line in LIVES.read_text().splitlines() if not line.startswith("#")
    ).replace(",\n    ", ", ")
    for block in text.strip().split("\n\n"):
        head, *lines = block.splitlines()
        name, _, found = head.rpartition(" ")
        if found == kind:
            events = [one for number, line in enumerate(lines) for one in _events(number, line)]
            order = {"opens": 0, "leaves": 2}
            events.sort(key=lambda one: (one.at, order.get(one.what, 1)))
            yield pytest.param(events, id=name)


def _events(number: int, line: str) -> Iterator[Event]:
    match = _CONNECTION.fullmatch(line)
    assert match is not None, line
    opened, left, asked = match.groups()
    yield Event(float(opened), number, "opens")
    for one in filter(None, asked.strip().split(", ")):
        when, _, what = one.partition(" ")
        yield Event(float(when), number, what)
    if left:
        yield Event(float(left), number, "leaves")


def play(scene: Any, events: list[Event], given: tuple[str, int], until: float) -> Iterator[None]:
    """The events in their time, with a stop behind each and twice a second."""
    clients: dict[int, Any] = {}
    for one in [*events, Event(until, -1, "end")]:
        while scene.now + 0.5 < one.at:
            scene.pass_s(0.5)
            yield
        if one.at > scene.now:
            scene.pass_s(one.at - scene.now)
        if one.what == "opens":
            clients[one.connection] = scene.connect(given=given)
        elif one.what == "leaves":
            clients[one.connection].leaves()
        elif one.what != "end":
            ask(clients[one.connection], *one.what.split(" "))
        yield


def ask(client: Any, api: str, subject: str = "") -> None:
    """One request of a recorded life."""
    if api == "ApiVersions":
        client.asks(ApiVersionsRequest(), version=3, answers=(ApiVersionsResponse(),))
    elif api == "InitProducerId":
        client.asks(InitProducerIdRequest(), version=3, answers=(InitProducerIdResponse(),))
    elif api == "FindCoordinator":
        client.asks_for_coordinator(subject)
    elif api != "Metadata":
        work(client)
    elif subject == "all":
        list_all(client)
    else:
        client.asks_the_way(*([] if subject == "brokers" else subject.split(",")))


def work(client: Any) -> None:
    client.asks(HeartbeatRequest("g", 1, "m"), version=4, answers=(HeartbeatResponse(),))


def list_all(client: Any) -> None:
    answer = MetadataResponse(brokers=[MetadataResponseBroker(1, *client.advertised)])
    client.asks(MetadataRequest(None), version=9, answers=(answer,))


def found(scene: Any) -> list[Finding]:
    return mistakes(scene.tapes(), scene.witness.facts(), scene.broker, scene.now)


@pytest.mark.parametrize("events", list(recorded("well")))
def test_nothing_is_said_of_a_client_that_is_well(scene: Any, events: list[Event]) -> None:
    """Told another address than it reached, through a forwarded port with a right hint."""
    scene.broker.advertises = False
    for _ in play(scene, events, ELSEWHERE, until=20):
        assert found(scene) == []


@pytest.mark.parametrize("events", list(recorded("lost")))
def test_a_lost_client_is_found_within_five_seconds(
    scene: Any, events: list[Event], request: pytest.FixtureRequest
) -> None:
    kinds = set()
    for _ in play(scene, events, ELSEWHERE, until=5):
        kinds |= {finding.kind for finding in found(scene)}
    is_known = request.node.callspec.id in LOOKS_IDLE
    assert kinds == (set() if is_known else {"advertised address"})


# -- by hand --------------------------------------------------------------------------------------


def asks_again_and_again(scene: Any) -> None:
    """Java, which keeps its first connection."""
    client = scene.connect()
    for _ in range(8):
        client.asks_the_way("orders")
        scene.pass_s(0.4)


def asks_again_and_gives_up(scene: Any) -> None:
    """Sarama: twenty times within half a second, then silence."""
    client = scene.connect(given=ELSEWHERE)
    list_all(client)
    for _ in range(20):
        client.asks_the_way("orders")
        scene.pass_s(0.02)
    scene.pass_s(2.5)


def comes_again_by_a_timer_of_a_second(scene: Any) -> None:
    """librdkafka, in a run in which 0.996 s were between its two connections."""
    first = scene.connect(given=ELSEWHERE)
    list_all(first)
    first.leaves()
    second = scene.connect(given=ELSEWHERE)
    scene.pass_s(0.996)
    second.asks_the_way("orders")
    second.leaves()
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
        has_its_topic_made,
        looks_for_a_coordinator,
        goes_to_its_broker_and_is_lost,
        asks_for_a_topic_and_is_silent,
        has_newer_versions_than_the_broker,
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
    work(client)


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
        list_all(client)
        client.leaves()
        scene.pass_s(1)


def asks_for_versions_in_a_loop(scene: Any) -> None:
    """kafka-broker-api-versions, as a health check: each run goes to the address it was told."""
    for _ in range(4):
        first, second = scene.connect(given=ELSEWHERE), scene.connect(given=ELSEWHERE)
        first.asks_the_way()
        ask(second, "ApiVersions")
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
    work(scene.connect("other", given=ELSEWHERE))
    goes_to_its_broker_and_is_lost(scene)


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
    ],
)
def test_a_client_that_is_well_is_left_alone(scene: Any, happens: Callable[[Any], None]) -> None:
    happens(scene)
    assert found(scene) == []
    scene.pass_s(4)
    assert found(scene) == []


def test_with_several_brokers_a_client_may_be_at_the_others(scene: Any) -> None:
    scene.broker.brokers = 3
    asks_again_and_again(scene)
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


def test_a_finding_ends_when_the_client_comes(scene: Any) -> None:
    asks_again_and_again(scene)
    assert found(scene)
    work(scene.connect())
    assert found(scene) == []


def test_whoever_was_just_told_is_looked_at_again(scene: Any) -> None:
    client = scene.connect()
    client.asks_the_way("orders")
    assert may_become_mistakes(scene.tapes(), [], scene.now)
    work(client)
    assert not may_become_mistakes(scene.tapes(), [], scene.now)
