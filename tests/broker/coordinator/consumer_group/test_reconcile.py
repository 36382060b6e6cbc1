"""One step of a member towards its target: state by state."""

from __future__ import annotations

from dataclasses import replace

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.consumer_group_heartbeat import TopicPartitions

from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.member import ConsumerMember, MemberState
from wirekafka.coordinator.consumer_group.reconcile import Goal, reconciled

T = b"t".ljust(16, b"\0")
U = b"u".ljust(16, b"\0")
STABLE, UNREVOKED = MemberState.STABLE, MemberState.UNREVOKED_PARTITIONS
UNRELEASED, UNKNOWN = MemberState.UNRELEASED_PARTITIONS, MemberState.UNKNOWN


def member(
    state: MemberState = STABLE, epoch: int = 5, has: str = "", pending: str = ""
) -> ConsumerMember:
    assigned = {T: dict.fromkeys(map(int, has), 5)} if has else {}
    revoking = {T: dict.fromkeys(map(int, pending), 5)} if pending else {}
    return ConsumerMember("m", epoch, 4, state, assigned=assigned, pending_revocation=revoking)


def step(
    one: ConsumerMember,
    target: str,
    *,
    epoch: int = 6,
    owned: str | None = None,
    others: str = "",
    subscribed: tuple[bytes, ...] = (T,),
    has_changed: bool = False,
) -> tuple[str, int, str, str]:
    """State, epoch, what it has and what it has to give up."""
    group = ConsumerGroup("g")
    group.put_member(one)
    if others:
        group.put_member(ConsumerMember("o", 5, assigned={T: dict.fromkeys(map(int, others), 5)}))
    goal = Goal(epoch, {T: frozenset(map(int, target))} if target else {}, subscribed)
    said = None
    if owned is not None:
        said = [TopicPartitions(T, [int(index) for index in owned])] if owned else []
    got = reconciled(group, one, goal, said, has_subscription_changed=has_changed)
    has, pending = got.assigned.get(T, {}), got.pending_revocation.get(T, {})
    return got.state.name, got.member_epoch, text(has), text(pending)


def text(partitions: dict[int, int]) -> str:
    return "".join(map(str, sorted(partitions)))


@pytest.mark.parametrize(
    ("one", "target", "more", "expected"),
    [
        # STABLE
        (member(has="01"), "01", {"epoch": 5}, ("STABLE", 5, "01", "")),
        (member(has="01"), "01", {}, ("STABLE", 6, "01", "")),
        (member(has="01"), "012", {}, ("STABLE", 6, "012", "")),
        (member(has="01"), "012", {"others": "2"}, ("UNRELEASED_PARTITIONS", 6, "01", "")),
        (member(has="01"), "0123", {"others": "2"}, ("UNRELEASED_PARTITIONS", 6, "013", "")),
        (member(has="01"), "0", {}, ("UNREVOKED_PARTITIONS", 5, "0", "1")),
        (member(has="01"), "0", {"owned": "01"}, ("UNREVOKED_PARTITIONS", 5, "0", "1")),
        (member(has="01"), "0", {"owned": "0"}, ("STABLE", 6, "0", "")),
        (member(has="01"), "2", {}, ("UNREVOKED_PARTITIONS", 5, "", "01")),
        (member(has="01"), "01", {"subscribed": ()}, ("UNREVOKED_PARTITIONS", 5, "", "01")),
        # UNREVOKED
        (member(UNREVOKED, has="0", pending="1"), "0", {}, ("UNREVOKED_PARTITIONS", 5, "0", "1")),
        (
            member(UNREVOKED, has="0", pending="1"),
            "0",
            {"owned": "01"},
            ("UNREVOKED_PARTITIONS", 5, "0", "1"),
        ),
        (member(UNREVOKED, has="0", pending="1"), "0", {"owned": "0"}, ("STABLE", 6, "0", "")),
        (member(UNREVOKED, has="0", pending="1"), "01", {"owned": "0"}, ("STABLE", 6, "01", "")),
        (
            member(UNREVOKED, has="0", pending="1"),
            "2",
            {"owned": "0"},
            ("UNREVOKED_PARTITIONS", 5, "", "0"),
        ),
        # UNRELEASED
        (member(UNRELEASED, 6, "0"), "01", {"others": "1"}, ("UNRELEASED_PARTITIONS", 6, "0", "")),
        (member(UNRELEASED, 6, "0"), "01", {}, ("STABLE", 6, "01", "")),
        (member(UNRELEASED, 6, "0"), "", {"epoch": 7}, ("UNREVOKED_PARTITIONS", 6, "", "0")),
        # UNKNOWN
        (member(UNKNOWN), "01", {"owned": ""}, ("STABLE", 6, "01", "")),
    ],
)
def test_a_step(
    one: ConsumerMember, target: str, more: dict[str, object], expected: tuple[str, int, str, str]
) -> None:
    assert step(one, target, **more) == expected  # type: ignore[arg-type]  # a table


@pytest.mark.parametrize("state", [STABLE, UNREVOKED])
def test_what_is_unsubscribed_is_given_up_before_there_is_a_new_target(state: MemberState) -> None:
    one = member(state, has="0", pending="1" if state is UNREVOKED else "")
    pending = "01" if state is UNREVOKED else "0"
    found = step(one, "0", epoch=5, subscribed=(U,), has_changed=True)
    assert found == ("UNREVOKED_PARTITIONS", 5, "", pending)


@pytest.mark.parametrize("owned", [None, "0"])
def test_a_member_in_a_state_of_a_later_version_has_to_join_anew(owned: str | None) -> None:
    with pytest.raises(ApiError) as caught:
        step(member(UNKNOWN, has="0"), "0", owned=owned)
    assert caught.value.code is ErrorCode.FENCED_MEMBER_EPOCH


def test_a_partition_remembers_the_epoch_in_which_it_was_assigned() -> None:
    group = ConsumerGroup("g")
    one = member(has="0")
    group.put_member(one)
    goal = Goal(9, {T: frozenset({0, 1})}, (T,))
    got = reconciled(group, one, goal, None, has_subscription_changed=False)
    assert got.assigned == {T: {0: 5, 1: 9}}
    assert (got.member_epoch, got.previous_member_epoch) == (9, 5)


def test_an_unknown_state_in_the_log_is_read_as_unknown() -> None:
    value = replace(member(has="0")).assignment_value()
    value.state = 9
    assert member().with_assignment(value).state is UNKNOWN
