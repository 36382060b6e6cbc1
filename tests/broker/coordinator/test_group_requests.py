"""What each request hears in each state of the group: tables, as recorded of Kafka 4.3.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from wirekafka_protocol.errors import ErrorCode as E
from wirekafka_protocol.messages.describe_groups import DescribedGroupMember
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.join_group import JoinGroupResponse, JoinGroupResponseMember
from wirekafka_protocol.messages.leave_group import (
    LeaveGroupRequest,
    LeaveGroupResponse,
    MemberIdentity,
    MemberResponse,
)
from wirekafka_protocol.messages.list_groups import ListGroupsRequest
from wirekafka_protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
)
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse

from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.shard import GroupCoordinatorShard as Shard
from wirekafka.coordinator.group.states import GroupState

if TYPE_CHECKING:
    from collections.abc import Callable

    Coordinator = Any

EMPTY = GroupState.EMPTY
PREPARING = GroupState.PREPARING_REBALANCE
COMPLETING = GroupState.COMPLETING_REBALANCE
STABLE = GroupState.STABLE
STATES = (None, EMPTY, PREPARING, COMPLETING, STABLE)

# Request by the member of generation 1 (who has left when the group is empty), in each state.
HEARTBEAT = (25, 25, 27, 0, 0)
HEARTBEAT_OF_ANOTHER_GENERATION = (25, 25, 22, 22, 22)
HEARTBEAT_OF_NOBODY = (25, 25, 25, 25, 25)
COMMIT = (22, 25, 0, 27, 0)
COMMIT_V9 = (69, 25, 0, 27, 0)
COMMIT_OF_ANOTHER_GENERATION = (22, 25, 22, 22, 22)
COMMIT_OF_NOBODY = (22, 25, 25, 25, 25)
COMMIT_SIMPLE = (0, 0, 25, 25, 25)
LEAVE = (25, 25, 0, 0, 0)
DELETE = (69, 0, 68, 68, 68)
SYNC_FOLLOWER_STYLE = (25, 25, 27, 0, 0)


def by_state(codes: tuple[int, ...]) -> pytest.MarkDecorator:
    rows = list(zip(STATES, codes, strict=True))
    return pytest.mark.parametrize(("state", "code"), rows)


@by_state(HEARTBEAT)
def test_heartbeat(coordinator: Coordinator, state: GroupState | None, code: int) -> None:
    assert coordinator.beat(coordinator.in_state(state), 1) == code


@by_state(HEARTBEAT_OF_ANOTHER_GENERATION)
def test_heartbeat_of_another_generation(
    coordinator: Coordinator, state: GroupState | None, code: int
) -> None:
    assert coordinator.beat(coordinator.in_state(state), 7) == code


@by_state(HEARTBEAT_OF_NOBODY)
def test_heartbeat_of_nobody(coordinator: Coordinator, state: GroupState | None, code: int) -> None:
    coordinator.in_state(state)
    assert coordinator.beat("somebody else", 1) == code
    assert coordinator.beat("", 1) == code


@by_state(COMMIT)
def test_commit(coordinator: Coordinator, state: GroupState | None, code: int) -> None:
    member_id = coordinator.in_state(state)
    assert coordinator.commit(5, member_id=member_id, generation=1) == code
    assert coordinator.fetch("t") == {"t": 5 if code == 0 else -1}


@by_state(COMMIT_V9)
def test_commit_v9(coordinator: Coordinator, state: GroupState | None, code: int) -> None:
    member_id = coordinator.in_state(state)
    assert coordinator.commit(member_id=member_id, generation=1, version=9) == code


@by_state(COMMIT_OF_ANOTHER_GENERATION)
def test_commit_of_another_generation(
    coordinator: Coordinator, state: GroupState | None, code: int
) -> None:
    member_id = coordinator.in_state(state)
    assert coordinator.commit(member_id=member_id, generation=7) == code
    assert coordinator.commit(member_id=member_id, generation=0) == code


@by_state(COMMIT_OF_NOBODY)
def test_commit_of_nobody(coordinator: Coordinator, state: GroupState | None, code: int) -> None:
    coordinator.in_state(state)
    assert coordinator.commit(member_id="somebody else", generation=1) == code


@by_state(COMMIT_SIMPLE)
def test_commit_of_a_simple_consumer(
    coordinator: Coordinator, state: GroupState | None, code: int
) -> None:
    coordinator.in_state(state)
    assert coordinator.commit() == code


@by_state(LEAVE)
def test_leave(coordinator: Coordinator, state: GroupState | None, code: int) -> None:
    assert coordinator.leave(coordinator.in_state(state)) == [code]


@by_state(DELETE)
def test_delete(coordinator: Coordinator, state: GroupState | None, code: int) -> None:
    coordinator.in_state(state)
    if state is EMPTY:
        coordinator.commit()
    ((result,),) = coordinator.ask(Shard.delete_groups, ["g"], 2)
    assert (result.group_id, result.error_code) == ("g", code)
    assert ("g" in coordinator.shard.groups) == (code == 68)
    assert coordinator.fetch() == {}


@by_state(SYNC_FOLLOWER_STYLE)
def test_sync(coordinator: Coordinator, state: GroupState | None, code: int) -> None:
    """In CompletingRebalance the one member is the leader, and has nothing to assign."""
    (response,) = coordinator.sync(coordinator.in_state(state), 1)
    assert response.error_code == code
    assert response.assignment == (b"all" if state is STABLE else b"")


@pytest.mark.parametrize(
    ("request_", "version", "expected"),
    [
        (SyncGroupRequest("g", 1, "nobody"), 5, E.INCONSISTENT_GROUP_PROTOCOL),
        (SyncGroupRequest("", 1, "nobody"), 4, E.INVALID_GROUP_ID),
        (SyncGroupRequest("g", 1, "nobody"), 4, E.UNKNOWN_MEMBER_ID),
        (SyncGroupRequest("g", 9, "client-1"), 4, E.ILLEGAL_GENERATION),
        (
            SyncGroupRequest("g", 1, "client-1", None, "consumer", "other"),
            5,
            E.INCONSISTENT_GROUP_PROTOCOL,
        ),
        (
            SyncGroupRequest("g", 1, "client-1", None, "connect", "range"),
            5,
            E.INCONSISTENT_GROUP_PROTOCOL,
        ),
        (SyncGroupRequest("g", 1, "client-1", "instance"), 4, E.UNKNOWN_MEMBER_ID),
    ],
)
def test_sync_errors_name_no_protocol(
    coordinator: Coordinator, request_: SyncGroupRequest, version: int, expected: E
) -> None:
    coordinator.in_state(COMPLETING)
    (response,) = coordinator.ask(Shard.sync_group, request_, version)
    assert response == SyncGroupResponse(0, expected, None, None, b"")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"session_timeout_ms": 5_999}, E.INVALID_SESSION_TIMEOUT),
        ({"session_timeout_ms": 1_800_001}, E.INVALID_SESSION_TIMEOUT),
        ({"session_timeout_ms": -1}, E.INVALID_SESSION_TIMEOUT),
        ({"group": ""}, E.INVALID_GROUP_ID),
        ({"group": "", "session_timeout_ms": -1}, E.INVALID_GROUP_ID),
        ({"member_id": "nobody"}, E.UNKNOWN_MEMBER_ID),
        ({"protocols": ()}, E.INCONSISTENT_GROUP_PROTOCOL),
        ({"protocol_type": ""}, E.INCONSISTENT_GROUP_PROTOCOL),
    ],
)
@pytest.mark.parametrize(("version", "no_name"), [(3, ""), (9, None)])
def test_join_errors_of_a_new_group(
    coordinator: Coordinator,
    arguments: dict[str, Any],
    expected: E,
    version: int,
    no_name: str | None,
) -> None:
    (response,) = coordinator.join(version=version, **arguments)
    assert response == JoinGroupResponse(
        error_code=expected, protocol_name=no_name, member_id=arguments.get("member_id", "")
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"member_id": "nobody"}, E.UNKNOWN_MEMBER_ID),
        ({"protocol_type": "connect"}, E.INCONSISTENT_GROUP_PROTOCOL),
        ({"protocols": (("other", b""),)}, E.INCONSISTENT_GROUP_PROTOCOL),
        ({"member_id": "nobody", "instance": "unknown"}, E.UNKNOWN_MEMBER_ID),
    ],
)
def test_join_errors_of_a_stable_group(
    coordinator: Coordinator, arguments: dict[str, Any], expected: E
) -> None:
    coordinator.in_state(STABLE)
    (response,) = coordinator.join(version=5, **arguments)
    assert (response.error_code, response.generation_id) == (expected, -1)
    assert coordinator.shard.groups["g"].state is STABLE


def test_join_from_version_4_gives_an_id_to_come_back_with(coordinator: Coordinator) -> None:
    (asked,) = coordinator.join(version=4)
    assert asked == JoinGroupResponse(
        error_code=E.MEMBER_ID_REQUIRED, protocol_name="", member_id="client-1"
    )
    (joined,) = coordinator.join("client-1", version=9, protocols=(("range", b"meta"),))
    assert joined == JoinGroupResponse(
        generation_id=1,
        protocol_type="consumer",
        protocol_name="range",
        leader="client-1",
        member_id="client-1",
        members=[JoinGroupResponseMember("client-1", None, b"meta")],
    )


def test_a_name_that_is_too_long_for_a_member_id_is_refused(coordinator: Coordinator) -> None:
    """The id, which is longer than the name, could not be written into the answer."""
    (asked,) = coordinator.join(version=5, instance="i" * 32_767)
    assert asked == JoinGroupResponse(error_code=E.UNKNOWN_SERVER_ERROR, protocol_name="")
    (joined,) = coordinator.join(version=5, instance="i" * 32_000)
    assert joined.error_code == E.NONE


def test_followers_get_an_empty_list_of_members(coordinator: Coordinator) -> None:
    leader = coordinator.in_state(STABLE)
    second = coordinator.join()
    assert second == []
    (first,) = coordinator.join(leader)
    assert [m.member_id for m in first.members] == [leader, "client-2"]
    assert (second[0].members, second[0].leader, second[0].generation_id) == ([], leader, 2)


def test_tie_between_protocols_is_decided_as_java_does(coordinator: Coordinator) -> None:
    coordinator.join(protocols=(("range", b"1"), ("sticky", b"2")))
    second = coordinator.join(protocols=(("sticky", b"3"), ("range", b"4")))
    coordinator.join("client-1", protocols=(("range", b"1"), ("sticky", b"2")))
    assert second[0].protocol_name == "sticky"


def test_id_of_a_pending_member_is_of_no_use_to_a_static_one(coordinator: Coordinator) -> None:
    (asked,) = coordinator.join(version=5)
    (response,) = coordinator.join(asked.member_id, version=5, instance="one")
    assert response.error_code == E.UNKNOWN_SERVER_ERROR


@pytest.mark.parametrize("version", [0, 1, 2])
def test_leave_of_old_versions_has_one_error(coordinator: Coordinator, version: int) -> None:
    member_id = coordinator.in_state(STABLE)
    for who, code in (("nobody", 25), (member_id, 0)):
        (response,) = coordinator.ask(Shard.leave_group, LeaveGroupRequest("g", who), version)
        assert response == LeaveGroupResponse(error_code=code)


def test_leave_is_answered_member_by_member(coordinator: Coordinator) -> None:
    member_id = coordinator.in_state(STABLE)
    coordinator.join(version=4)
    rows = [
        MemberIdentity("nobody"),
        MemberIdentity("", "nobody"),
        MemberIdentity("client-2"),
        MemberIdentity(member_id, "instance"),
        MemberIdentity(member_id),
        MemberIdentity(member_id),
    ]
    (response,) = coordinator.ask(Shard.leave_group, LeaveGroupRequest("g", "", rows), 5)
    assert response == LeaveGroupResponse(
        members=[
            MemberResponse("nobody", None, 25),
            MemberResponse("", "nobody", 25),
            MemberResponse("client-2", None, 0),
            MemberResponse(member_id, "instance", 25),
            MemberResponse(member_id, None, 0),
            MemberResponse(member_id, None, 25),
        ]
    )
    assert coordinator.shard.groups["g"].state is EMPTY


def test_leave_of_nobody_is_no_error(coordinator: Coordinator) -> None:
    coordinator.in_state(STABLE)
    (response,) = coordinator.ask(Shard.leave_group, LeaveGroupRequest("g"), 3)
    assert response == LeaveGroupResponse()


def test_empty_group_id_is_invalid(coordinator: Coordinator) -> None:
    for version, members in ((1, []), (5, [MemberIdentity("x")])):
        request = LeaveGroupRequest("", "x", members)
        (response,) = coordinator.ask(Shard.leave_group, request, version)
        assert response == LeaveGroupResponse(error_code=E.INVALID_GROUP_ID)
    (beat,) = coordinator.ask(Shard.heartbeat, HeartbeatRequest("", 1, "x"), 4)
    assert beat.error_code == E.INVALID_GROUP_ID


def test_fenced_static_member(coordinator: Coordinator) -> None:
    (first,) = coordinator.join(version=9, instance="one")
    coordinator.sync(first.member_id, 1, assignments={first.member_id: b"x"}, instance="one")
    (second,) = coordinator.join(version=9, instance="one")
    assert (second.generation_id, second.skip_assignment) == (1, True)
    assert coordinator.beat(first.member_id, 1, instance="one") == E.FENCED_INSTANCE_ID
    assert coordinator.beat(second.member_id, 1, instance="one") == 0
    assert coordinator.beat(second.member_id, 1, instance="two") == E.UNKNOWN_MEMBER_ID
    (resync,) = coordinator.sync(second.member_id, 1, instance="one")
    assert resync.assignment == b"x"
    old = {"member_id": first.member_id, "generation": 1, "instance": "one"}
    assert coordinator.commit(**old) == E.FENCED_INSTANCE_ID


@pytest.mark.parametrize(
    ("state", "protocol", "metadata"),
    [(PREPARING, "", b""), (COMPLETING, "", b""), (STABLE, "range", b"meta")],
)
def test_describe_shows_metadata_of_a_stable_group_only(
    coordinator: Coordinator, state: GroupState, protocol: str, metadata: bytes
) -> None:
    (joined,) = coordinator.join(protocols=(("range", b"meta"),))
    member_id = joined.member_id
    if state is not COMPLETING:
        coordinator.sync(member_id, 1, assignments={member_id: b"mine"})
    if state is PREPARING:
        coordinator.join()
    (group,) = coordinator.ask(Shard.describe_group, "g", 6)
    assert (group.group_state, group.protocol_type) == (state.value, "consumer")
    assert group.protocol_data == protocol
    assignment = b"" if state is COMPLETING else b"mine"
    assert group.members[0] == DescribedGroupMember(
        member_id, None, "client", "/127.0.0.1", metadata, assignment
    )


@pytest.mark.parametrize(("version", "code"), [(0, 0), (5, 0), (6, E.GROUP_ID_NOT_FOUND)])
def test_describe_of_an_unknown_group(coordinator: Coordinator, version: int, code: int) -> None:
    (group,) = coordinator.ask(Shard.describe_group, "g", version)
    assert (group.error_code, group.group_state, group.members) == (code, "Dead", [])
    assert group.error_message == ("Group g not found." if version == 6 else None)


@pytest.mark.parametrize(
    ("states", "types", "found"),
    [
        ([], [], True),
        (["stable"], [], True),
        ([" STABLE "], ["Classic"], True),
        (["Empty", "Stable"], [], True),
        (["Empty"], [], False),
        (["Nonsense"], [], False),
        ([""], [], False),
        ([], ["consumer"], False),
        ([], ["nonsense", "classic"], True),
        ([], [" classic"], False),
    ],
)
def test_list_filters_in_any_case(
    coordinator: Coordinator, states: list[str], types: list[str], found: bool
) -> None:
    coordinator.in_state(STABLE)
    (groups,) = coordinator.ask(Shard.list_groups, ListGroupsRequest(states, types), 5)
    assert [g.group_id for g in groups] == (["g"] if found else [])


def offset_delete(coordinator: Coordinator, group: str = "g", topic: str = "t") -> Any:
    rows = [OffsetDeleteRequestTopic(topic, [OffsetDeleteRequestPartition(0)])]
    (response,) = coordinator.ask(Shard.offset_delete, OffsetDeleteRequest(group, rows), 0)
    return response


def test_offset_delete_of_unknown_groups(coordinator: Coordinator) -> None:
    assert offset_delete(coordinator).error_code == E.GROUP_ID_NOT_FOUND
    assert offset_delete(coordinator, group="").error_code == E.INVALID_GROUP_ID


def test_offset_delete_spares_subscribed_topics(coordinator: Coordinator) -> None:
    member_id = coordinator.in_state(STABLE)
    for topic in ("t", "u"):
        coordinator.commit(5, member_id=member_id, generation=1, topic=topic)
    refused = offset_delete(coordinator)
    assert refused.topics[0].partitions[0].error_code == E.GROUP_SUBSCRIBED_TO_TOPIC
    assert offset_delete(coordinator, topic="u").topics[0].partitions[0].error_code == 0
    assert coordinator.fetch() == {"t": 5}


@pytest.mark.parametrize("metadata", [b"", b"\0", b"\0\0\0\0\0\x09\0\1t", b"text"])
def test_any_topic_may_be_subscribed_when_the_subscription_is_unreadable(
    coordinator: Coordinator, metadata: bytes
) -> None:
    (joined,) = coordinator.join(protocols=(("range", metadata),))
    coordinator.sync(joined.member_id, 1)
    refused = offset_delete(coordinator)
    assert refused.topics[0].partitions[0].error_code == E.GROUP_SUBSCRIBED_TO_TOPIC


def test_offset_delete_of_a_group_of_another_type_needs_it_empty(coordinator: Coordinator) -> None:
    (joined,) = coordinator.join(protocol_type="connect")
    coordinator.sync(joined.member_id, 1)
    assert offset_delete(coordinator).error_code == E.NON_EMPTY_GROUP
    coordinator.leave(joined.member_id)
    coordinator.commit()
    assert offset_delete(coordinator).topics[0].partitions[0].error_code == 0
    assert coordinator.fetch() == {}


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ("x" * 4096, 0),
        ("x" * 4097, E.OFFSET_METADATA_TOO_LARGE),
        ("é" * 4096, 0),
        ("😀" * 2048, 0),
        ("😀" * 2049, E.OFFSET_METADATA_TOO_LARGE),
        (None, 0),
    ],
)
def test_metadata_is_measured_in_utf16_units(
    coordinator: Coordinator, metadata: str | None, code: int
) -> None:
    assert coordinator.commit(metadata=metadata) == code


@pytest.mark.parametrize("offset", [0, -5, 2**62])
def test_any_offset_may_be_committed(coordinator: Coordinator, offset: int) -> None:
    assert coordinator.commit(offset) == 0
    assert coordinator.fetch() == {"t": offset}


def test_offsets_of_deleted_topics_are_forgotten(coordinator: Coordinator) -> None:
    for topic in ("t", "u", "v"):
        coordinator.commit(5, topic=topic)
    assert coordinator.ask(Shard.topics_deleted, {"t", "v", "w"}, 0) == [None]
    assert coordinator.fetch() == {"u": 5}


def test_members_over_the_size_limit_are_turned_away(
    new_coordinator: Callable[..., Coordinator],
) -> None:
    coordinator = new_coordinator(GroupConfig(max_size=1))
    coordinator.in_state(STABLE)
    (refused,) = coordinator.join()
    assert refused.error_code == E.GROUP_MAX_SIZE_REACHED


def test_lowered_size_limit_rebalances_on_load(
    new_coordinator: Callable[..., Coordinator],
) -> None:
    coordinator = new_coordinator()
    leader = coordinator.in_state(STABLE)
    coordinator.join()
    coordinator.join(leader)
    coordinator.sync(leader, 2)
    coordinator.config = GroupConfig(max_size=1)
    coordinator.restart()
    assert coordinator.beat(leader, 2) == E.REBALANCE_IN_PROGRESS
    rejoined = coordinator.join(leader)
    (refused,) = coordinator.join("client-2")
    assert refused.error_code == E.GROUP_MAX_SIZE_REACHED
    assert coordinator.beat("client-2", 2) == E.UNKNOWN_MEMBER_ID
    coordinator.clock.advance(60_000)
    assert rejoined[0].generation_id == 3


@pytest.mark.parametrize("ms", [-3_600_000, -500, 500, 3_600_000])
def test_session_ends_in_time_though_the_clock_was_set(coordinator: Coordinator, ms: int) -> None:
    coordinator.in_state(STABLE)
    coordinator.clock._start_ms += ms
    coordinator.clock.advance(9_999)
    assert coordinator.shard.groups["g"].state is STABLE
    coordinator.clock.advance(1)
    assert coordinator.shard.groups["g"].state is EMPTY


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("ms", [-3_600_000, -500, 500, 3_600_000])
def test_clock_that_is_set_around_a_heartbeat_costs_no_session(
    coordinator: Coordinator, ms: int, before: bool
) -> None:
    """Nor does a dead member stay for as long as the clock was set."""
    member_id = coordinator.in_state(STABLE)
    coordinator.clock.advance(5_000)
    coordinator.clock._start_ms += ms * before
    assert coordinator.beat(member_id, 1) == 0
    coordinator.clock._start_ms += ms * (not before)
    coordinator.clock.advance(9_999)
    assert coordinator.shard.groups["g"].state is STABLE
    coordinator.clock.advance(10_001)
    assert coordinator.shard.groups["g"].state is EMPTY
