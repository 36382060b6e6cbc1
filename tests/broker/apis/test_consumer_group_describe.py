"""ConsumerGroupDescribe through the dispatcher: the row of each group, by version."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from wirekafka_protocol.messages.consumer_group_describe import (
    ConsumerGroupDescribeRequest,
    DescribedGroup,
)
from wirekafka_protocol.messages.consumer_group_heartbeat import ConsumerGroupHeartbeatRequest
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol

Groups = Any  # Transactional of conftest.py: a broker with coordinators, and topic t
OWN_ID = "AAAAAAAAAAAAAAAAAAAAAA"
SUBSCRIPTION = b"\0\0\0\0\0\x01\0\x01t\xff\xff\xff\xff"
NOT_COORDINATOR, INVALID_GROUP_ID, UNSUPPORTED_VERSION, GROUP_ID_NOT_FOUND = 16, 24, 35, 69
NOT_ASKED = -(2**31)
CONSUMER, CLASSIC, NOT_TOLD = 1, 0, -1


def describe(groups: Groups, *group_ids: str, version: int = 1, **fields: Any) -> Any:
    request = ConsumerGroupDescribeRequest(list(group_ids), **fields)
    return groups.ask(request, version).groups


def enter(groups: Groups, group_id: str = "g", member_id: str = OWN_ID, **fields: Any) -> int:
    """A member joins; its epoch."""
    request = ConsumerGroupHeartbeatRequest(
        group_id, member_id, 0, rebalance_timeout_ms=60_000, subscribed_topic_names=["t"], **fields
    )
    request.topic_partitions = []
    answer = groups.ask(request, 1)
    assert answer.error_code == 0
    return int(answer.member_epoch)


def enter_classic(groups: Groups, group_id: str) -> None:
    protocol = JoinGroupRequestProtocol("range", SUBSCRIPTION)
    request = JoinGroupRequest(group_id, 45_000, 60_000, "", "i", "consumer", [protocol])
    groups.ask(request, 8)


@pytest.mark.parametrize(("version", "member_type"), [(0, NOT_TOLD), (1, CONSUMER)])
def test_a_group_with_its_member(transactional: Groups, version: int, member_type: int) -> None:
    epoch = enter(transactional, instance_id="one", rack_id="north")
    (group,) = describe(transactional, "g", version=version)
    assert (group.error_code, group.error_message, group.group_id) == (0, None, "g")
    assert (group.group_state, group.assignor_name) == ("Stable", "uniform")
    assert (group.group_epoch, group.assignment_epoch) == (epoch, epoch)
    assert group.authorized_operations == NOT_ASKED
    (member,) = group.members
    assert (member.member_id, member.member_epoch, member.member_type) == (
        OWN_ID,
        epoch,
        member_type,
    )
    assert (member.instance_id, member.rack_id) == ("one", "north")
    assert member.client_id == "test"
    assert member.client_host.endswith("/127.0.0.1")
    assert (member.subscribed_topic_names, member.subscribed_topic_regex) == (["t"], "")
    for assignment in (member.assignment, member.target_assignment):
        (row,) = assignment.topic_partitions
        assert (row.topic_name, row.topic_id, row.partitions) == ("t", b"t".ljust(16, b"-"), [0, 1])


def test_which_protocol_each_member_speaks(transactional: Groups) -> None:
    enter(transactional)
    enter_classic(transactional, "g")
    (group,) = describe(transactional, "g")
    assert sorted(member.member_type for member in group.members) == [CLASSIC, CONSUMER]
    (group,) = describe(transactional, "g", version=0)
    assert {member.member_type for member in group.members} == {NOT_TOLD}


@pytest.mark.parametrize("version", [0, 1])
def test_each_group_has_its_own_row_and_error_in_order(transactional: Groups, version: int) -> None:
    enter(transactional)
    enter_classic(transactional, "classic")
    rows = describe(transactional, "none", "g", "", "classic", "g", version=version)
    assert [(row.group_id, row.error_code) for row in rows] == [
        ("none", GROUP_ID_NOT_FOUND),
        ("g", 0),
        ("", INVALID_GROUP_ID),
        ("classic", GROUP_ID_NOT_FOUND),
        ("g", 0),
    ]
    assert rows[0].error_message == "Group none not found."
    assert all(row.members == [] for row in rows if row.error_code)
    assert describe(transactional, version=version) == []


def test_operations_are_told_only_when_asked_for_and_only_of_groups_there_are(
    transactional: Groups,
) -> None:
    enter(transactional)
    one, none = describe(transactional, "g", "none", include_authorized_operations=True)
    assert one.authorized_operations > 0
    assert none.authorized_operations == NOT_ASKED


def test_a_broker_that_does_not_coordinate_the_groups_says_so_for_each(
    transactional: Groups,
) -> None:
    transactional.room.groups.unload(0)
    rows = describe(transactional, "g", "h")
    assert rows == [DescribedGroup(NOT_COORDINATOR, group_id=name) for name in "gh"]


def test_a_cluster_that_has_not_finalized_the_protocol_says_so_for_each(
    transactional: Groups,
) -> None:
    enter(transactional)
    room = transactional.room
    room.image = replace(room.image, features={"metadata.version": 30})
    rows = describe(transactional, "g", "")
    assert rows == [DescribedGroup(UNSUPPORTED_VERSION, group_id=name) for name in ("g", "")]
