"""Who carries a member's requests to its coordinator, with both played by the test."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirekafka_protocol.messages.join_group import JoinGroupRequest
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest
from wirekafka_protocol.schema import Message

from wirekafka.cli.wire.cluster import Node
from wirekafka.cli.wire.connection import ConnectionLost
from wirekafka.cli.wire.group_conversation import GroupConversation
from wirekafka.cli.wire.membership import GroupSettings


class Coordinator:
    """Cluster and connection in one."""

    def __init__(self) -> None:
        self.nodes = {1: Node(1, "h", 1)}
        self.address = "h:1"
        self.said: list[str] = []
        self.answers: deque[Message] = deque()

    def coordinator(self, kind: int, key: str) -> int:
        self.said.append("where?")
        return 1

    def forget_coordinator(self, kind: int, key: str) -> None:
        self.said.append("forgotten")

    def connect(self, host: str, port: int) -> Coordinator:
        return self

    def send(self, request: Message) -> None:
        self.said.append(type(request).__name__)

    def is_answered(self, wait_s: float) -> bool:
        return bool(self.answers)

    def receive(self, expected: type) -> Message:
        return self.answers.popleft()

    def ask(self, request: Message, expected: type) -> None:
        self.said.append(type(request).__name__)

    def close(self) -> None:
        self.said.append("closed")


class Membership:
    """Says what it is told to, and writes down what comes back."""

    def __init__(self, request: Message) -> None:
        self.next: Message | None = request
        self.heard: list[str] = []

    def due_s(self, now_s: float) -> float:
        return 0.0

    def request(self, now_s: float) -> Message | None:
        said, self.next = self.next, None
        return said

    def answer(self, answer: Message, now_s: float) -> None:
        self.heard.append(type(answer).__name__)

    def interrupted(self, now_s: float) -> None:
        self.heard.append("interrupted")

    def farewell(self) -> Message:
        return LeaveGroupRequest("g")


def talk(request: Message) -> tuple[GroupConversation, Any, Any]:
    coordinator: Any = Coordinator()
    membership: Any = Membership(request)
    return GroupConversation(coordinator, GroupSettings("g"), membership), coordinator, membership


BEAT = HeartbeatRequest("g", 1, "m")


def test_an_answer_is_carried_back_and_the_next_request_follows_at_once() -> None:
    conversation, coordinator, membership = talk(BEAT)
    conversation.step(0.0)
    conversation.step(1.0)
    assert membership.heard == []
    coordinator.answers.append(HeartbeatResponse())
    membership.next = BEAT
    conversation.step(2.0)
    assert membership.heard == ["HeartbeatResponse"]
    assert coordinator.said == ["where?", "HeartbeatRequest", "HeartbeatRequest"]


@pytest.mark.parametrize(
    "code",
    [
        ErrorCode.NOT_COORDINATOR,
        ErrorCode.COORDINATOR_NOT_AVAILABLE,
        ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
    ],
)
def test_a_coordinator_that_is_elsewhere_is_looked_for_again(code: ErrorCode) -> None:
    conversation, coordinator, membership = talk(BEAT)
    conversation.step(0.0)
    coordinator.answers.append(HeartbeatResponse(0, code))
    conversation.step(1.0)
    assert membership.heard == ["interrupted"]
    membership.next = BEAT
    conversation.step(2.0)
    assert coordinator.said[2:] == ["closed", "forgotten", "where?", "HeartbeatRequest"]


def test_a_join_may_take_as_long_as_a_rebalance_and_a_heartbeat_may_not() -> None:
    for request, patience_s in (
        (BEAT, 30.0),
        (JoinGroupRequest(rebalance_timeout_ms=60_000), 65.0),
    ):
        conversation, _, membership = talk(request)
        conversation.step(0.0)
        assert conversation.due_s(0.0) == patience_s
        conversation.step(patience_s - 1)
        with pytest.raises(ConnectionLost):
            conversation.step(patience_s)
        conversation.lose(patience_s)
        assert membership.heard == ["interrupted"]


def test_goodbye_does_not_wait_behind_a_request_that_is_under_way() -> None:
    conversation, coordinator, _ = talk(JoinGroupRequest(rebalance_timeout_ms=60_000))
    conversation.step(0.0)
    conversation.close()
    assert coordinator.said[2:] == ["closed", "where?", "LeaveGroupRequest", "closed"]


def test_who_never_spoke_says_no_goodbye() -> None:
    conversation, coordinator, _ = talk(BEAT)
    conversation.close()
    assert coordinator.said == []
