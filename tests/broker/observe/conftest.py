"""Recorded connections without a network: what clients ask and hear, in a time that tests move."""

from __future__ import annotations

from typing import Any

import pytest
from wirekafka_protocol.codec import encoder
from wirekafka_protocol.framing import begin_request, begin_response, end_frame
from wirekafka_protocol.messages.find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponseTopic,
)
from wirekafka_protocol.schema import Message

from wirekafka.clock import ManualClock
from wirekafka.observe.finding import Finding
from wirekafka.observe.findings import mistakes
from wirekafka.observe.lost import doubtful_clients
from wirekafka.observe.recorder import Recorder
from wirekafka.observe.surroundings import GroupMember, GroupState, TransactionSight
from wirekafka.observe.tape import Tape
from wirekafka.observe.witness import Witness

LOCAL = ("127.0.0.1", 9092)


def request_frame(message: Message, version: int, correlation_id: int, client_id: str) -> bytes:
    out = bytearray()
    assert message.KEY is not None
    start = begin_request(
        out,
        api_key=message.KEY,
        api_version=version,
        correlation_id=correlation_id,
        client_id=client_id,
    )
    encoder(type(message), version)(message, out)
    end_frame(out, start)
    return bytes(out)


def answer_frame(message: Message, version: int, correlation_id: int) -> bytes:
    out = bytearray()
    assert message.KEY is not None
    start = begin_response(
        out, api_key=message.KEY, api_version=version, correlation_id=correlation_id
    )
    encoder(type(message), version)(message, out)
    end_frame(out, start)
    return bytes(out)


class Client:
    """One recorded connection; also what the witness sees of a request's context."""

    def __init__(self, scene: Scene, host: str, client_id: str, software: str, given: Any) -> None:
        self.scene = scene
        self.client_host = host
        self.client_id = client_id
        self.listener = "PLAINTEXT"
        self.advertised = given
        self.software = (software, "1.0" if software else "")
        self.is_answer_due = False
        self.peer = self
        self.api_key = 0
        self.api_version = 0
        self.asked = 0
        self.tape: Tape = scene.recorder.open(self, LOCAL, 40_000)

    def asks(self, *messages: Message, version: int, answers: tuple[Any, ...] = ()) -> None:
        """One wake-up with these requests and, as far as there are some, their answers."""
        frames, parts = b"", []
        for index, message in enumerate(messages):
            self.asked += 1
            frames += request_frame(message, version, self.asked, self.client_id)
            answer = answers[index] if index < len(answers) else None
            if answer is not None:
                parts.append(answer_frame(answer, version, self.asked))
                assert message.KEY is not None
                self.api_key, self.api_version = message.KEY, version
                self.scene.witness.answered(self, message, answer)
        now = self.scene.clock.monotonic()
        self.tape.ran(now, memoryview(frames), 0, len(frames), len(messages), parts)

    def hears(self, message: Message, version: int) -> None:
        """The answer that the last request has waited for."""
        self.tape.answered([answer_frame(message, version, self.asked)])
        self.is_answer_due = False

    def asks_the_way(self, *topics: str) -> None:
        """Metadata, for these topics or for the brokers alone."""
        self.asks(
            MetadataRequest([MetadataRequestTopic(name=name) for name in topics]),
            version=9,
            answers=(
                MetadataResponse(
                    brokers=[MetadataResponseBroker(1, *self.advertised)],
                    topics=[MetadataResponseTopic(0, name) for name in topics],
                ),
            ),
        )

    def asks_for_coordinator(self, group: str) -> None:
        host, port = self.advertised
        self.asks(
            FindCoordinatorRequest(group),
            version=1,
            answers=(FindCoordinatorResponse(host=host, port=port, node_id=1),),
        )

    def asks_to_work(self, subject: str, *, version: int = 6, creates: bool = True) -> None:
        """As kafkajs does that would have topics made: these, or all that are there."""
        names = None if subject == "all" else subject.split(",")
        topics = None if names is None else [MetadataRequestTopic(name=name) for name in names]
        answer = MetadataResponse(
            brokers=[MetadataResponseBroker(1, *self.advertised)],
            topics=[MetadataResponseTopic(0, name) for name in names or ()],
        )
        request = MetadataRequest(topics, allow_auto_topic_creation=creates)
        self.asks(request, version=version, answers=(answer,))

    def lists_all(self) -> None:
        answer = MetadataResponse(brokers=[MetadataResponseBroker(1, *self.advertised)])
        self.asks(MetadataRequest(None), version=9, answers=(answer,))

    def works(self) -> None:
        self.asks(HeartbeatRequest("g", 1, "m"), version=4, answers=(HeartbeatResponse(),))

    def leaves(self) -> None:
        self.scene.recorder.close(self.tape)


class Scene:
    """The recorder, the witness and what they know of the broker, which is a plain value here."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.recorder = Recorder(self.clock.monotonic, self.clock.now_ms)
        self.alarms = 0
        self.witness = Witness(self.clock.monotonic, self._alarm)
        self.recorder.alarm = self._alarm
        self.broker = KnownBroker()

    def _alarm(self) -> None:
        self.alarms += 1

    def connect(
        self,
        client_id: str = "app",
        *,
        host: str = "127.0.0.1",
        software: str = "",
        given: tuple[str, int] = LOCAL,
    ) -> Client:
        return Client(self, host, client_id, software, given)

    def pass_s(self, seconds: float) -> None:
        self.clock.advance(round(seconds * 1000))

    @property
    def now(self) -> float:
        return self.clock.monotonic()

    def tapes(self) -> list[Tape]:
        return list(self.recorder.tapes())

    def mistakes(self) -> list[Finding]:
        return mistakes(self.tapes(), self.witness.facts(), self.broker, self.now)

    def doubts(self) -> list[Finding]:
        return doubtful_clients(self.tapes(), self.broker, self.now)


class KnownBroker:
    """`Surroundings` as a test says them."""

    def __init__(self) -> None:
        self.auto_create_topics = True
        self.brokers = 1
        self.max_request_bytes = 1000
        self.advertises = True
        self.neighbours: set[str] = set()
        self.topics: dict[str, int] = {}
        """Their max.message.bytes."""
        self.ids: dict[str, str] = {}
        self.groups: dict[str, GroupState] = {}
        self.transactions: dict[str, TransactionSight] = {}
        self.sessions: dict[int, list[tuple[str, int, int]]] = {}
        self.ends: dict[tuple[str, int], int] = {}

    def is_neighbour(self, host: str) -> bool:
        return host in self.neighbours

    def is_advertised(self, listener: str) -> bool:
        return self.advertises

    def has_topic(self, name: str) -> bool:
        return name in self.topics

    def topic_names(self) -> dict[str, str]:
        return self.ids

    def max_message_bytes(self, topic: str) -> int | None:
        return self.topics.get(topic)

    def group(self, group_id: str) -> GroupState | None:
        return self.groups.get(group_id)

    def transaction(self, transactional_id: str) -> TransactionSight | None:
        return self.transactions.get(transactional_id)

    def fetch_targets(self, session_id: int) -> list[tuple[str, int, int]]:
        return self.sessions.get(session_id, [])

    def end_offset(self, topic: str, partition: int) -> int | None:
        return self.ends.get((topic, partition))


@pytest.fixture
def scene() -> Scene:
    """An empty recorder, time at 0."""
    return Scene()


@pytest.fixture
def member() -> type[GroupMember]:
    return GroupMember
