"""Who is lost and who is only idle: what real clients did, played again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from wirekafka_protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)

ELSEWHERE = ("broker.internal", 9092)
LIVES = Path(__file__).with_name("recorded_lives.txt")
_CONNECTION = re.compile(r"  (\d+\.\d+)-(\d+\.\d+)?:(.*)")

NAMELESS = ("kafkajs", "aiokafka")
"""Libraries that do not tell brokers their name."""

LOOKS_IDLE = {"kafkajs careful-pattern", "kafkajs careful-transactional"}
"""Lost clients whose connections are those of an administrator that lists all topics and idles."""

IS_IDLE = {"kafka_python producer", "aiokafka producer", "kafkajs lists", "kafkajs looks"}
"""Clients that are well and whose connections a lost client may have."""


@dataclass(frozen=True)
class Event:
    """Something that a connection does."""

    at: float
    connection: int
    what: str


@dataclass(frozen=True)
class Life:
    """What all connections of a client do."""

    software: str
    events: list[Event]


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
            software = "" if name.startswith(NAMELESS) else name.partition(" ")[0]
            order = {"opens": 0, "leaves": 2}
            events.sort(key=lambda one: (one.at, order.get(one.what, 1)))
            yield pytest.param(Life(software, events), id=name)


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


def play(scene: Any, life: Life, given: tuple[str, int], until: float) -> Iterator[None]:
    """The events in their time, with a stop behind each and twice a second."""
    clients: dict[int, Any] = {}
    for one in [*life.events, Event(until, -1, "end")]:
        while scene.now + 0.5 < one.at:
            scene.pass_s(0.5)
            yield
        if one.at > scene.now:
            scene.pass_s(one.at - scene.now)
        if one.what == "opens":
            clients[one.connection] = scene.connect(software=life.software, given=given)
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
    elif not api.startswith("Metadata"):
        client.works()
    elif api == "Metadata6":
        client.asks_to_work(subject)
    elif subject == "all":
        client.lists_all()
    else:
        client.asks_the_way(*([] if subject == "brokers" else subject.split(",")))


@pytest.mark.parametrize("life", list(recorded("well")))
def test_nothing_is_said_of_a_client_that_is_well(
    scene: Any, life: Life, request: pytest.FixtureRequest
) -> None:
    """Told another address than it reached, through a forwarded port with a right hint."""
    scene.broker.advertises = False
    for _ in play(scene, life, ELSEWHERE, until=20):
        assert scene.mistakes() == []
        assert scene.doubts() == [] or request.node.callspec.id in IS_IDLE


@pytest.mark.parametrize("life", list(recorded("lost")))
def test_a_lost_client_is_found_within_five_seconds(
    scene: Any, life: Life, request: pytest.FixtureRequest
) -> None:
    kinds = set()
    for _ in play(scene, life, ELSEWHERE, until=5):
        kinds |= {finding.kind for finding in scene.mistakes()}
    is_known = request.node.callspec.id in LOOKS_IDLE
    assert kinds == (set() if is_known else {"advertised address"})
    assert len(scene.doubts()) == is_known


@pytest.mark.parametrize("life", list(recorded("lost")))
def test_behind_a_wrong_hint_a_lost_client_is_found_or_in_doubt(
    scene: Any, life: Life, request: pytest.FixtureRequest
) -> None:
    scene.broker.advertises = False
    for _ in play(scene, life, ELSEWHERE, until=5):
        pass
    name = request.node.callspec.id
    is_doubt = name.startswith(("kafka_python", "aiokafka", "kafkajs careful"))
    (finding,) = scene.doubts() if is_doubt else scene.mistakes()
    assert (not scene.mistakes()) is is_doubt
    assert (not scene.doubts()) is not is_doubt
    assert finding.kind == "advertised address"
    assert "broker.internal:9092" in finding.cause
    assert "--advertised-port" in finding.advice
    assert "advertised.listeners" not in finding.advice
