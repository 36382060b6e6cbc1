"""A member of the consumer protocol: what its heartbeats say, and what it tells its holder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    Assignment,
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
    TopicPartitions,
)

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.consumer_membership import ConsumerMembership
from wirekafka.cli.wire.membership import GroupSettings

sys.path.insert(0, str(Path(__file__).parent))
from membership_kit import Holder, Topics, parts, topic_id


class Member:
    """A membership, its holder, and the coordinator's part played by the test."""

    def __init__(self, instance_id: str | None = None) -> None:
        self.holder = Holder()
        self.topics = Topics(t=3, u=1)
        settings = GroupSettings("g", instance_id, remote_assignor="range")
        self.membership = ConsumerMembership(settings, self.topics, self.holder)
        self.membership.subscribe(frozenset({"t"}))
        self.now_s = 0.0

    def ask(self) -> ConsumerGroupHeartbeatRequest:
        self.now_s += self.membership.due_s(self.now_s)
        request = self.membership.request(self.now_s)
        assert isinstance(request, ConsumerGroupHeartbeatRequest)
        return request

    def answer(self, epoch: int = 1, *, code: int = 0, **given: list[int]) -> None:
        assignment = Assignment(
            [TopicPartitions(topic_id(name), ones) for name, ones in given.items()]
        )
        answer = ConsumerGroupHeartbeatResponse(
            error_code=code, member_id=self.membership.member_id, member_epoch=epoch,
            heartbeat_interval_ms=5000, assignment=assignment if given else None,
        )  # fmt: skip
        self.membership.answer(answer, self.now_s)

    def owned_as_said(self, request: ConsumerGroupHeartbeatRequest) -> dict[str, list[int]] | None:
        if request.topic_partitions is None:
            return None
        return {row.topic_id[:1].decode(): row.partitions for row in request.topic_partitions}


def joined(**given: list[int]) -> Member:
    """A member that has said what it owns."""
    member = Member()
    member.ask()
    member.answer(**given)
    member.ask()
    member.answer()
    return member


def test_the_first_heartbeat_says_all() -> None:
    member = Member("instance")
    request = member.ask()
    assert request.member_epoch == 0
    assert len(request.member_id) == 22
    assert request.instance_id == "instance"
    assert request.rebalance_timeout_ms == 300_000
    assert request.subscribed_topic_names == ["t"]
    assert request.server_assignor == "range"
    assert request.topic_partitions == []


def test_partitions_that_come_are_told_and_acknowledged_at_once() -> None:
    member = Member()
    member.ask()
    member.answer(t=[0, 2])
    assert member.holder.told == ["+ t0 t2"]
    assert member.membership.due_s(0.0) == 0.0
    request = member.ask()
    assert member.owned_as_said(request) == {"t": [0, 2]}
    assert request.subscribed_topic_names is None
    assert request.rebalance_timeout_ms == -1


def test_a_heartbeat_without_news_is_empty_and_comes_at_the_brokers_interval() -> None:
    member = joined(t=[0])
    assert member.membership.request(member.now_s) is None
    assert member.membership.due_s(member.now_s) == 5.0
    request = member.ask()
    assert member.owned_as_said(request) is None
    assert request.member_epoch == 1


def test_what_goes_is_given_up_before_what_comes() -> None:
    member = joined(t=[0, 1])
    member.ask()
    member.answer(2, t=[1, 2])
    assert member.holder.told[1:] == ["- t0", "+ t2"]
    assert member.owned_as_said(member.ask()) == {"t": [1, 2]}


def test_an_assignment_of_nothing_is_told_once() -> None:
    member = Member()
    member.ask()
    member.answer(t=[])
    assert member.holder.told == ["+"]


def test_the_same_assignment_again_is_no_news() -> None:
    member = joined(t=[0])
    member.ask()
    member.answer(2, t=[0])
    assert member.holder.told == ["+ t0"]
    assert member.membership.due_s(member.now_s) == 5.0


def test_a_topic_that_is_not_known_yet_is_looked_for_again() -> None:
    member = Member()
    member.ask()
    member.answer(t=[0], n=[0])
    assert member.holder.told == ["+ t0"]
    assert member.owned_as_said(member.ask()) == {"t": [0]}
    member.answer()
    assert 0 < member.membership.due_s(member.now_s) <= 0.1
    member.topics.counts["n"] = 1
    member.now_s += member.membership.due_s(member.now_s)
    assert member.owned_as_said(member.ask()) == {"n": [0], "t": [0]}
    assert member.holder.told == ["+ t0", "+ n0"]


@pytest.mark.parametrize("code", [ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.FENCED_MEMBER_EPOCH])
def test_a_fenced_member_loses_its_partitions_and_joins_again(code: ErrorCode) -> None:
    member = joined(t=[0])
    member_id = member.membership.member_id
    member.ask()
    member.answer(code=code)
    assert member.holder.told == ["+ t0", "lost t0"]
    request = member.ask()
    assert (request.member_id, request.member_epoch) == (member_id, 0)
    assert request.subscribed_topic_names == ["t"]
    assert request.topic_partitions == []


@pytest.mark.parametrize("code", [ErrorCode.UNRELEASED_INSTANCE_ID, ErrorCode.UNSUPPORTED_ASSIGNOR])
def test_what_cannot_get_better_is_the_end(code: ErrorCode) -> None:
    member = Member()
    member.ask()
    with pytest.raises(CommandError):
        member.answer(code=code)


def test_after_a_lost_answer_all_is_said_again() -> None:
    member = joined(t=[0])
    member.ask()
    member.membership.interrupted(member.now_s)
    request = member.ask()
    assert request.member_epoch == 1
    assert request.subscribed_topic_names == ["t"]
    assert member.owned_as_said(request) == {"t": [0]}


def test_a_new_wish_is_said_at_once() -> None:
    member = joined(t=[0])
    member.membership.subscribe(frozenset({"t", "u"}))
    assert member.membership.due_s(member.now_s) == 0.0
    assert member.ask().subscribed_topic_names == ["t", "u"]


@pytest.mark.parametrize(("instance_id", "epoch"), [(None, -1), ("i", -2)])
def test_the_farewell_says_whether_the_member_comes_back(
    instance_id: str | None, epoch: int
) -> None:
    member = Member(instance_id)
    assert member.membership.farewell() is None
    member.ask()
    member.answer(t=[0])
    farewell = member.membership.farewell()
    assert isinstance(farewell, ConsumerGroupHeartbeatRequest)
    assert farewell.member_epoch == epoch
    assert member.membership.owned == parts("t0")
