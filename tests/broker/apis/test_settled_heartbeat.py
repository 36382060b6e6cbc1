"""The short way of a settled member's heartbeat: it answers what the long way would, or nothing.

`Member` keeps every short way that its connection was ever given. Each must be silent from the
moment at which the answer would be another, and must prolong the session as long as it is not.
"""

from __future__ import annotations

import logging
import random
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from wirekafka_protocol.messages.consumer_group_heartbeat import ConsumerGroupHeartbeatRequest
from wirekafka_protocol.messages.delete_groups import DeleteGroupsRequest
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment

from wirekafka.coordinators import consumer_group_config
from wirekafka.metadata.image import ImageDelta
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.quotas.broker_quotas import BrokerQuotas, Windows

Groups = Any  # Transactional of conftest.py: a broker with coordinators, and topic t
SESSION_MS, CALM_MS = 30_000, 11_000
UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS = 25, 22, 27
GROUP_ID_NOT_FOUND, FENCED_MEMBER_EPOCH, NOT_COORDINATOR, FENCED_INSTANCE_ID = 69, 110, 16, 82
UNSUPPORTED_VERSION = 35


class Member:
    """One member of the group g, on a connection of its own."""

    def __init__(self, groups: Groups, name: str) -> None:
        self.groups, self.name = groups, name
        self.kept: list[Any] = []
        self.frames: list[bytes] = []

    heartbeat: Callable[[], Any]
    version: int

    def beat(self) -> Any:
        """The long way; what it leaves for the short one is kept."""
        peer = self.groups.room.peer
        peer.settled = None
        answer = self.groups.ask(self.heartbeat(), self.version)
        if peer.settled is not None:
            self.kept.append(peer.settled)
            self.frames.append(self.frame(self.heartbeat()))
        return answer

    def frame(self, request: Any, correlation_id: int = 77) -> bytes:
        raw = self.groups.room.frame(request, self.version, correlation_id=correlation_id)
        return struct.pack(">i", len(raw)) + raw

    def short(self, correlation_id: int = 77, *, index: int = -1) -> Any:
        """What the newest short way, or an older, says to the heartbeat for which it was made."""
        frame = bytearray(self.frames[index])
        struct.pack_into(">i", frame, 8, correlation_id)
        return self.kept[index].answer(bytearray(frame + b"left by another"), len(frame))

    def long(self, index: int = -1) -> bytes:
        return bytes(self.groups.room.handle(bytearray(self.frames[index][4:])))


class Classic(Member):
    version = 4

    def __init__(self, groups: Groups, name: str, *, instance_id: str | None = None) -> None:
        super().__init__(groups, name)
        self.instance_id = instance_id
        self.member_id, self.generation = "", -1

    def join(self) -> Any:
        request = JoinGroupRequest(
            "g",
            SESSION_MS,
            60_000,
            self.member_id,
            self.instance_id,
            "consumer",
            [JoinGroupRequestProtocol("range", b"")],
        )
        answer = self.groups.ask(request, 3 if self.instance_id is None else 5)
        if hasattr(answer, "answers"):
            return answer
        self.member_id, self.generation = answer.member_id, answer.generation_id
        return answer

    def sync(self) -> Any:
        rows = [SyncGroupRequestAssignment(self.member_id, b"")]
        request = SyncGroupRequest("g", self.generation, self.member_id, self.instance_id)
        request.assignments = rows
        return self.groups.ask(request, 3)

    def settle(self) -> Classic:
        """Alone in the group."""
        assert self.join().error_code == 0
        assert self.sync().error_code == 0
        assert self.beat().error_code == 0
        return self

    def heartbeat(self) -> HeartbeatRequest:
        return HeartbeatRequest("g", self.generation, self.member_id, self.instance_id)


class Consumer(Member):
    version = 1

    def __init__(self, groups: Groups, name: str) -> None:
        super().__init__(groups, name)
        self.epoch = 0

    def join(self, **fields: Any) -> Any:
        request = ConsumerGroupHeartbeatRequest(
            "g", self.name, 0, rebalance_timeout_ms=60_000, subscribed_topic_names=["t"]
        )
        request.topic_partitions = []
        return self._told(request, fields)

    def say(self, epoch: int | None = None, **fields: Any) -> Any:
        epoch = self.epoch if epoch is None else epoch
        return self._told(ConsumerGroupHeartbeatRequest("g", self.name, epoch), fields)

    def _told(self, request: Any, fields: dict[str, Any]) -> Any:
        for name, value in fields.items():
            setattr(request, name, value)
        answer = self.groups.ask(request, self.version)
        if answer.error_code == 0:
            self.epoch = answer.member_epoch
        return answer

    def settle(self) -> Consumer:
        """Alone in the group, some time after it changed."""
        assert self.join().error_code == 0
        self.groups.room.clock.advance(CALM_MS)
        assert self.beat().error_code == 0
        return self

    def heartbeat(self) -> ConsumerGroupHeartbeatRequest:
        return ConsumerGroupHeartbeatRequest("g", self.name, self.epoch)


KINDS: list[Callable[..., Any]] = [Classic, Consumer]


def error_of(answer: bytes) -> int:
    """Of a flexible answer with a throttle time."""
    (code,) = struct.unpack_from(">h", answer, 13)
    return int(code)


@pytest.fixture(params=KINDS)
def member(request: pytest.FixtureRequest, transactional: Groups) -> Any:
    return request.param(transactional, "A" * 22).settle()


# -- what it says --------------------------------------------------------------------------------


def test_the_same_heartbeat_gets_the_same_answer_under_its_own_correlation_id(member: Any) -> None:
    first, later = member.short(), member.short(1234)
    assert first == member.long()
    assert later == first[:4] + struct.pack(">i", 1234) + first[8:]


def test_it_keeps_the_session_alive(member: Any) -> None:
    for _ in range(20):
        member.groups.room.clock.advance(SESSION_MS - 5_000)
        assert error_of(member.short()) == 0
    assert member.beat().error_code == 0


def test_who_is_silent_is_missed_all_the_same(member: Any) -> None:
    member.groups.room.clock.advance(SESSION_MS - 5_000)
    assert error_of(member.short()) == 0
    member.groups.room.clock.advance(200_000)
    assert member.short() is None
    assert error_of(member.long()) in (UNKNOWN_MEMBER_ID, GROUP_ID_NOT_FOUND)


@pytest.mark.parametrize("position", [5, 7, 13, 20, -1])
def test_another_byte_is_another_request(member: Any, position: int) -> None:
    frame = bytearray(member.frames[-1])
    frame[position] ^= 1
    assert member.kept[-1].answer(frame, len(frame)) is None


def test_more_or_less_than_the_one_frame_is_not_answered(member: Any) -> None:
    frame = member.frames[-1]
    assert member.kept[-1].answer(bytearray(frame + frame), 2 * len(frame)) is None
    assert member.kept[-1].answer(bytearray(frame), len(frame) - 1) is None


# -- what ends it --------------------------------------------------------------------------------


def test_a_classic_member_hears_at_once_of_one_who_joins(transactional: Groups) -> None:
    old = Classic(transactional, "old").settle()
    Classic(transactional, "new").join()
    assert old.short() is None
    assert error_of(old.long()) == REBALANCE_IN_PROGRESS


def test_a_classic_member_of_an_earlier_generation_is_told_so(transactional: Groups) -> None:
    old = Classic(transactional, "old").settle()
    assert old.join().generation_id == 2
    assert old.sync().error_code == 0
    assert old.short() is None
    assert error_of(old.long()) == ILLEGAL_GENERATION


def test_a_static_member_hears_that_another_has_its_place(transactional: Groups) -> None:
    old = Classic(transactional, "old", instance_id="i").settle()
    assert error_of(old.short()) == 0
    Classic(transactional, "new", instance_id="i").join()
    assert old.short() is None
    assert error_of(old.long()) == FENCED_INSTANCE_ID


def test_a_member_that_was_removed_is_told_so(transactional: Groups) -> None:
    classic = Classic(transactional, "old").settle()
    leaving = LeaveGroupRequest("g", members=[MemberIdentity(classic.member_id)])
    assert transactional.ask(leaving, 3).members[0].error_code == 0
    assert classic.short() is None
    assert error_of(classic.long()) == UNKNOWN_MEMBER_ID


def test_a_group_that_was_deleted_and_made_anew_is_another(transactional: Groups) -> None:
    classic = Classic(transactional, "old").settle()
    leaving = LeaveGroupRequest("g", members=[MemberIdentity(classic.member_id)])
    transactional.ask(leaving, 3)
    assert transactional.ask(DeleteGroupsRequest(["g"]), 2).results[0].error_code == 0
    assert classic.short() is None
    Classic(transactional, "new").settle()
    assert classic.short() is None
    assert error_of(classic.long()) == UNKNOWN_MEMBER_ID


def test_a_consumer_hears_at_once_of_one_who_joins(transactional: Groups) -> None:
    old = Consumer(transactional, "A" * 22).settle()
    new = Consumer(transactional, "B" * 22)
    assert new.join().error_code == 0
    assert old.short() is None
    answer = old.beat()
    assert [row.partitions for row in answer.assignment.topic_partitions] == [[0]]
    old.say(topic_partitions=answer.assignment.topic_partitions)
    assert old.short(index=0) is None


def test_a_consumer_of_an_earlier_epoch_is_fenced(transactional: Groups) -> None:
    old = Consumer(transactional, "A" * 22).settle()
    assert old.say(subscribed_topic_names=["t", "u"]).error_code == 0
    assert old.say(subscribed_topic_names=["t"]).error_code == 0
    assert old.short() is None
    assert error_of(old.long()) == FENCED_MEMBER_EPOCH


def test_a_consumer_that_left_is_unknown(transactional: Groups) -> None:
    old = Consumer(transactional, "A" * 22).settle()
    other = Consumer(transactional, "B" * 22)
    other.join()
    old.say(-1)
    assert old.short() is None
    assert error_of(old.long()) == UNKNOWN_MEMBER_ID


def test_a_pattern_is_looked_at_with_every_heartbeat(transactional: Groups) -> None:
    old = Consumer(transactional, "A" * 22).settle()
    old.say(subscribed_topic_regex="u.*")
    assert old.short() is None
    transactional.room.clock.advance(CALM_MS)
    known = len(old.kept)
    old.beat()
    old.beat()
    assert len(old.kept) == known


def test_a_changing_group_is_given_another_interval_soon(transactional: Groups) -> None:
    group = Consumer(transactional, "A" * 22)
    assert group.join().error_code == 0
    group.beat()
    assert group.kept == []
    transactional.room.clock.advance(CALM_MS)
    group.beat()
    assert group.short() == group.long()


def test_who_joins_another_group_changes_the_interval(transactional: Groups) -> None:
    old = Consumer(transactional, "A" * 22).settle()
    other = ConsumerGroupHeartbeatRequest(
        "h", "B" * 22, 0, rebalance_timeout_ms=60_000, subscribed_topic_names=["t"]
    )
    other.topic_partitions = []
    assert transactional.ask(other, 1).error_code == 0
    assert old.short() is None


def test_a_pattern_of_another_member_is_looked_at_as_well(transactional: Groups) -> None:
    old, other = pair(transactional)
    assert other.say(subscribed_topic_regex="nothing.*").error_code == 0
    assert old.short() is None


def test_a_member_that_says_another_thing_of_itself_is_another(transactional: Groups) -> None:
    old = Consumer(transactional, "A" * 22).settle()
    assert old.say(rebalance_timeout_ms=50_000).error_code == 0
    assert old.short() is None


def test_a_group_that_is_ahead_of_its_assignment_is_looked_at(transactional: Groups) -> None:
    old, other = pair(transactional)
    configure(transactional, {"consumer.assignment.interval.ms": "15000"})
    old.beat()
    assert error_of(old.short()) == 0
    told = other.say(subscribed_topic_names=["t", "u"])
    assert (told.error_code, told.member_epoch) == (0, old.epoch), "the assignment waits"
    assert old.short() is None


def test_after_a_refusal_the_group_looks_at_the_cluster_again(transactional: Groups) -> None:
    old, other = pair(transactional)
    assert other.say(epoch=1_000).error_code == FENCED_MEMBER_EPOCH
    assert old.short() is None


def test_a_clock_that_was_set_back_may_find_the_group_changing(transactional: Groups) -> None:
    old = Consumer(transactional, "A" * 22).settle()
    transactional.room.clock._start_ms -= 5_000
    assert old.short() is None


def test_a_group_that_was_replaced_is_not_asked(member: Any) -> None:
    """However that came about."""
    (shard,) = member.groups.room.groups._partitions.values()
    del shard.machine.groups["g"]
    assert member.short() is None


def configure(groups: Groups, configs: dict[str, str]) -> None:
    key = (ConfigResourceType.GROUP, "g")
    changed(groups, configs={key: configs})
    groups.room.coordinators.metadata_changed(
        ImageDelta(configs=frozenset({key})), groups.room.config
    )


def pair(groups: Groups) -> tuple[Consumer, Consumer]:
    """Two settled members."""
    one, other = Consumer(groups, "A" * 22), Consumer(groups, "B" * 22)
    one.join()
    other.join()
    for _ in range(4):
        for member in (one, other):
            answer = member.say()
            if answer.assignment is not None:
                member.say(topic_partitions=answer.assignment.topic_partitions)
    groups.room.clock.advance(CALM_MS)
    for member in (one, other):
        assert member.beat().error_code == 0
        assert error_of(member.short()) == 0
    return one, other


def changed(groups: Groups, **fields: Any) -> None:
    """Another image of the cluster, of which everybody hears."""
    room = groups.room
    room.image = replace(room.image, revision=room.image.revision + 1, **fields)


def test_a_config_of_the_group_counts_at_once(transactional: Groups) -> None:
    old = Consumer(transactional, "A" * 22).settle()
    configure(transactional, {"consumer.heartbeat.interval.ms": "7000"})
    assert old.short() is None
    assert old.beat().heartbeat_interval_ms == 7000
    assert old.short() == old.long()


def test_a_coordinator_that_heard_of_another_config_decides_anew(transactional: Groups) -> None:
    """Whatever the dispatcher knows."""
    old = Consumer(transactional, "A" * 22).settle()
    coordinators = transactional.room.coordinators
    config = replace(transactional.room.config, group_consumer_session_timeout_ms=60_000)
    assert consumer_group_config(config) != consumer_group_config(transactional.room.config)
    coordinators.metadata_changed(ImageDelta(), config)
    assert old.short() is None


def test_a_cluster_without_the_protocol_says_so(transactional: Groups) -> None:
    old = Consumer(transactional, "A" * 22).settle()
    changed(transactional, features={})
    assert old.short() is None
    assert error_of(old.long()) == UNSUPPORTED_VERSION


def test_any_change_of_the_metadata_has_the_heartbeat_decided_anew(member: Any) -> None:
    changed(member.groups)
    assert member.short() is None
    assert member.beat().error_code == 0
    assert member.short() == member.long()


def test_a_coordinator_that_was_let_go_does_not_answer(member: Any) -> None:
    member.groups.room.groups.unload(0)
    assert member.short() is None
    assert error_of(member.long()) == NOT_COORDINATOR


def test_after_a_restart_the_one_before_is_silent(member: Any) -> None:
    groups = member.groups.restarted()
    assert member.short() is None
    member.groups = groups
    assert member.beat().error_code == 0


def test_with_quotas_every_request_is_counted(member: Any) -> None:
    dispatcher = member.groups.room.dispatcher
    dispatcher.quotas = BrokerQuotas(Windows(11, 1), Windows(11, 1))
    assert member.short() is None
    known = len(member.kept)
    member.beat()
    assert len(member.kept) == known


def test_a_log_of_requests_has_all_of_them(member: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "wirekafka.apis"):
        assert member.short() is None
        member.long()
    assert "request api=" in caplog.text
    assert error_of(member.short()) == 0


def test_an_answer_that_has_to_wait_for_the_log_waits(member: Any) -> None:
    (shard,) = (one for one in member.groups.room.groups._partitions.values())
    shard.uncommitted_end = 1_000
    assert member.short() is None
    shard.uncommitted_end = None
    assert error_of(member.short()) == 0


# -- any history ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_no_short_way_ever_says_what_the_long_way_would_not(
    transactional: Groups, seed: int
) -> None:
    """Members of both kinds come, go and change in one group; whatever was kept is asked again."""
    choice = random.Random(seed)
    classic = [Classic(transactional, f"c{number}") for number in range(2)]
    classic.append(Classic(transactional, "s", instance_id="i"))
    consumers = [Consumer(transactional, letter * 22) for letter in "AB"]
    everybody: list[Any] = [*classic, *consumers]
    shorts = 0
    for _ in range(60):
        act(choice, choice.choice(everybody), transactional)
        for member in everybody:
            if choice.random() < 0.6 and (member.name[0] in "AB" or member.member_id):
                member.beat()
            for index in range(len(member.kept)):
                answer = member.short(index=index)
                if answer is not None:
                    shorts += 1
                    assert answer == member.long(index)
    assert shorts > 0


def act(choice: random.Random, one: Any, groups: Groups) -> None:
    """Something happens to the group."""
    step = choice.randrange(9)
    if step < 3:
        groups.room.clock.advance(choice.choice([1, 3_000, 5_000, CALM_MS]))
    elif step == 3:
        groups.room.clock.advance(choice.choice([SESSION_MS, 60_000, 1_000]))
    elif isinstance(one, Consumer):
        if step < 6:
            one.join()
        elif step == 6:
            one.say(-1)
        else:
            one.say(subscribed_topic_names=choice.choice([["t"], ["t", "u"]]))
    elif step < 7:
        pending = one.join()
        if hasattr(pending, "answers"):
            groups.room.clock.advance(3_000)
            if pending.is_answered:
                one.member_id = pending.answer.member_id
                one.generation = pending.answer.generation_id
        one.sync()
    else:
        leaving = LeaveGroupRequest("g", members=[MemberIdentity(one.member_id)])
        groups.ask(leaving, 3)
