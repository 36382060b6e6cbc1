"""A classic member: what it says after which answer, and what it tells its holder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from wirekafka_protocol.codec import encode
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.consumer_protocol import ConsumerProtocolSubscription
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirekafka_protocol.messages.join_group import (
    JoinGroupRequest,
    JoinGroupResponse,
    JoinGroupResponseMember,
)
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.classic_membership import ClassicMembership, State
from wirekafka.cli.wire.client_assignors import ASSIGNORS, ClientAssignor
from wirekafka.cli.wire.membership import GroupSettings
from wirekafka.coordinator.consumer_group.embedded import (
    read_assignment,
    read_subscription,
    write_assignment,
)

sys.path.insert(0, str(Path(__file__).parent))
from membership_kit import Holder, Topics, parts

RANGE, COOPERATIVE = ASSIGNORS["RangeAssignor"], ASSIGNORS["CooperativeStickyAssignor"]


class Member:
    """A membership, its holder, and the coordinator's part played by the test."""

    def __init__(self, *assignors: ClientAssignor, instance_id: str | None = None) -> None:
        self.holder = Holder()
        settings = GroupSettings("g", instance_id, assignors=assignors or (RANGE,))
        self.membership = ClassicMembership(settings, Topics(t=2, u=1), self.holder)
        self.membership.subscribe(frozenset({"t"}))
        self.now_s = 0.0

    def join(self, *, leader: str = "other", assignor: ClientAssignor = RANGE) -> JoinGroupRequest:
        request = self.membership.request(self.now_s)
        assert isinstance(request, JoinGroupRequest)
        answer = JoinGroupResponse(
            generation_id=1, protocol_name=assignor.name, leader=leader, member_id="me"
        )
        self.membership.answer(answer, self.now_s)
        return request

    def sync(self, **given: list[int]) -> SyncGroupRequest:
        request = self.membership.request(self.now_s)
        assert isinstance(request, SyncGroupRequest)
        answer = SyncGroupResponse(assignment=write_assignment(given, 3))
        self.membership.answer(answer, self.now_s)
        return request

    def settle(self, assignor: ClientAssignor = RANGE, **given: list[int]) -> None:
        self.join(assignor=assignor)
        self.sync(**given)

    def beat(self, code: int = 0) -> None:
        self.now_s += self.membership.due_s(self.now_s)
        request = self.membership.request(self.now_s)
        assert isinstance(request, HeartbeatRequest)
        self.membership.answer(HeartbeatResponse(0, code), self.now_s)


def test_a_member_joins_syncs_and_beats() -> None:
    member = Member()
    member.settle(t=[0, 1])
    assert member.holder.told == ["+ t0 t1"]
    assert member.membership.request(member.now_s) is None
    assert member.membership.due_s(member.now_s) == 3.0
    member.beat()
    assert member.membership.state is State.STABLE


def test_a_member_id_that_is_asked_for_is_used() -> None:
    member = Member()
    assert isinstance(member.membership.request(0.0), JoinGroupRequest)
    answer = JoinGroupResponse(error_code=ErrorCode.MEMBER_ID_REQUIRED, member_id="given")
    member.membership.answer(answer, 0.0)
    request = member.membership.request(0.0)
    assert isinstance(request, JoinGroupRequest)
    assert request.member_id == "given"


def test_the_leader_shares_out() -> None:
    member = Member()
    assert isinstance(member.membership.request(0.0), JoinGroupRequest)
    metadata = b"\0\3" + encode(ConsumerProtocolSubscription(["t", "none"]), 3)
    answer = JoinGroupResponse(
        generation_id=1, protocol_name="range", leader="me", member_id="me",
        members=[
            JoinGroupResponseMember("me", None, metadata),
            JoinGroupResponseMember("you", None, metadata),
            JoinGroupResponseMember("broken", None, b"\0"),
        ],
    )  # fmt: skip
    member.membership.answer(answer, 0.0)
    request = member.membership.request(0.0)
    assert isinstance(request, SyncGroupRequest)
    plan = {
        row.member_id: {
            one.topic: one.partitions for one in read_assignment(row.assignment).assigned_partitions
        }
        for row in request.assignments
    }
    assert plan == {"me": {"t": [0]}, "you": {"t": [1]}, "broken": {}}


def test_an_eager_member_gives_up_all_before_it_joins_again() -> None:
    member = Member()
    member.settle(t=[0, 1])
    member.beat(ErrorCode.REBALANCE_IN_PROGRESS)
    assert member.holder.told == ["+ t0 t1", "- t0 t1"]
    member.settle(t=[0])
    assert member.holder.told[2:] == ["+ t0"]


def test_a_cooperative_member_gives_up_what_goes_and_joins_once_more() -> None:
    member = Member(COOPERATIVE)
    member.settle(COOPERATIVE, t=[0, 1])
    member.beat(ErrorCode.REBALANCE_IN_PROGRESS)
    request = member.join(assignor=COOPERATIVE)
    (row,) = read_subscription(request.protocols[0].metadata).owned_partitions
    assert (row.topic, row.partitions) == ("t", [0, 1])
    member.sync(t=[0])
    assert member.holder.told == ["+ t0 t1", "- t1", "+"]
    member.join(assignor=COOPERATIVE)


def test_with_an_eager_assignor_among_them_all_is_given_up() -> None:
    """Java's default, range and cooperative-sticky: the protocol is that of the least."""
    member = Member(RANGE, COOPERATIVE)
    member.settle(t=[0])
    member.beat(ErrorCode.REBALANCE_IN_PROGRESS)
    assert member.holder.told == ["+ t0", "- t0"]


@pytest.mark.parametrize("code", [ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.ILLEGAL_GENERATION])
def test_who_is_no_member_any_more_has_lost_its_partitions(code: ErrorCode) -> None:
    member = Member()
    member.settle(t=[0])
    member.beat(code)
    assert member.holder.told == ["+ t0", "lost t0"]
    request = member.join()
    assert request.member_id == ("" if code is ErrorCode.UNKNOWN_MEMBER_ID else "me")


@pytest.mark.parametrize("code", [ErrorCode.FENCED_INSTANCE_ID, ErrorCode.GROUP_MAX_SIZE_REACHED])
def test_what_cannot_get_better_is_the_end(code: ErrorCode) -> None:
    member = Member()
    member.settle(t=[0])
    with pytest.raises(CommandError):
        member.beat(code)


def test_an_interrupted_join_begins_anew_and_an_interrupted_heartbeat_is_repeated() -> None:
    member = Member()
    member.join()
    member.membership.interrupted(0.0)
    assert member.membership.request(0.0) is None
    member.now_s = member.membership.due_s(0.0)
    member.settle(t=[0])
    member.now_s += 3.0
    assert isinstance(member.membership.request(member.now_s), HeartbeatRequest)
    member.membership.interrupted(member.now_s)
    member.beat()
    assert member.holder.told == ["+ t0"]


def test_a_new_wish_makes_the_member_join_again() -> None:
    member = Member()
    member.settle(t=[0])
    member.membership.subscribe(frozenset({"t", "u"}))
    request = member.join()
    assert read_subscription(request.protocols[0].metadata).topics == ["t", "u"]


@pytest.mark.parametrize("is_leader", [True, False])
def test_a_topic_that_grows_is_the_leaders_affair(is_leader: bool) -> None:
    member = Member()
    member.join(leader="me" if is_leader else "other")
    member.sync(t=[0])
    member.membership.topics_changed()
    request = member.membership.request(member.now_s)
    assert isinstance(request, JoinGroupRequest) == is_leader


def test_who_wishes_for_nothing_does_not_join() -> None:
    member = Member()
    member.membership.subscribe(frozenset())
    assert member.membership.request(0.0) is None
    assert member.membership.due_s(0.0) > 0


def test_a_dynamic_member_says_goodbye_and_a_static_one_does_not() -> None:
    member = Member()
    assert member.membership.farewell() is None
    member.settle(t=[0])
    farewell = member.membership.farewell()
    assert isinstance(farewell, LeaveGroupRequest)
    assert farewell.members[0].member_id == "me"
    static = Member(instance_id="i")
    static.settle(t=[0])
    assert static.membership.farewell() is None
    assert static.membership.owned == parts("t0")
