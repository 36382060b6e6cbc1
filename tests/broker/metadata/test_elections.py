"""Elections: who leads after brokers came and went, and what an operator may ask for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata.elections import ElectionType, elect, settle
from wirekafka.metadata.image import PartitionImage


def partition(leader: int, isr: str, replicas: str = "123") -> PartitionImage:
    return PartitionImage(leader, 5, tuple(map(int, isr)), tuple(map(int, replicas)), 7)


@pytest.mark.parametrize(
    ("before", "live", "restarted", "leader", "isr", "epochs"),
    [
        (partition(1, "123"), "123", "", 1, "123", (5, 7)),
        (partition(1, "123"), "23", "", 2, "23", (6, 8)),
        (partition(1, "123"), "13", "", 1, "13", (5, 8)),
        (partition(1, "13"), "23", "", 3, "3", (6, 8)),
        (partition(1, "1"), "23", "", -1, "1", (6, 8)),
        (partition(-1, "1"), "123", "1", 1, "1", (6, 8)),
        (partition(-1, "1"), "23", "", -1, "1", (5, 7)),
        (partition(3, "123"), "12", "", 1, "12", (6, 8)),
        (partition(1, "1", "1"), "1", "1", 1, "1", (6, 8)),
        (partition(1, "123"), "123", "1", 2, "23", (6, 8)),
        (partition(1, "123"), "123", "2", 1, "13", (5, 8)),
        (partition(1, "12"), "12", "12", 1, "12", (6, 8)),
        (partition(1, "12"), "", "", -1, "12", (6, 8)),
    ],
    ids=[
        "nothing happened",
        "leader gone: next in assignment order",
        "follower gone: leader stays in its epoch",
        "out of sync replica never leads",
        "last in-sync replica gone: nobody leads, it stays in sync",
        "it comes back and leads",
        "others coming back do not help",
        "first of the assignment, not of the in-sync set's order",
        "single replica started again: next epoch",
        "leader started again unnoticed: it lost the lead and the in-sync set",
        "follower started again: out of sync until it caught up",
        "all started again: all stay in sync",
        "all gone",
    ],
)
def test_settle(
    before: PartitionImage,
    live: str,
    restarted: str,
    leader: int,
    isr: str,
    epochs: tuple[int, int],
) -> None:
    after = settle(before, set(map(int, live)), set(map(int, restarted)))
    assert (after.leader, after.isr) == (leader, tuple(map(int, isr)))
    assert (after.leader_epoch, after.partition_epoch) == epochs
    assert (after is before) is (epochs == (5, 7))


def test_settle_remembers_who_led_last_while_nobody_does() -> None:
    leaderless = settle(partition(2, "2"), {1}, set())
    assert leaderless.last_known_leader == 2
    assert settle(leaderless, {1, 2}, {2}).last_known_leader == -1


subsets = st.sets(st.integers(1, 4))


@given(subsets, subsets, st.permutations([1, 2, 3, 4]), st.integers(1, 4))
def test_settle_always_leaves_a_leader_in_the_isr_and_is_done_after_one_step(
    live: set[int], restarted: set[int], replicas: list[int], in_sync: int
) -> None:
    before = PartitionImage(replicas[0], 0, tuple(replicas[:in_sync]), tuple(replicas))
    after = settle(before, live, restarted & live)
    assert after.isr
    assert set(after.isr) <= set(before.isr)
    assert after.leader == -1 or after.leader in live & set(after.isr)
    assert after.leader_epoch >= before.leader_epoch
    assert (after.leader_epoch > before.leader_epoch) or after.leader == before.leader
    assert settle(after, live, set()) is after


@pytest.mark.parametrize(
    ("before", "live", "code"),
    [
        (partition(1, "123"), "123", ErrorCode.ELECTION_NOT_NEEDED),
        (partition(2, "123"), "23", ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE),
        (partition(2, "23"), "123", ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE),
    ],
)
def test_preferred_election_refused(before: PartitionImage, live: str, code: ErrorCode) -> None:
    with pytest.raises(ApiError) as error:
        elect(before, ElectionType.PREFERRED, set(map(int, live)))
    assert error.value.code is code


def test_preferred_election_moves_the_lead_in_a_new_epoch() -> None:
    after = elect(partition(2, "123"), ElectionType.PREFERRED, {1, 2, 3})
    assert after == replace(partition(1, "123"), leader_epoch=6, partition_epoch=8)


def test_unclean_election_prefers_an_in_sync_replica() -> None:
    after = elect(partition(-1, "3"), ElectionType.UNCLEAN, {1, 2, 3})
    assert (after.leader, after.isr, after.recovering) == (3, (3,), False)


def test_unclean_election_makes_the_elected_the_only_in_sync_replica() -> None:
    after = elect(partition(-1, "3"), ElectionType.UNCLEAN, {1, 2})
    assert (after.leader, after.isr, after.recovering) == (1, (1,), True)
    assert (after.leader_epoch, after.partition_epoch) == (6, 8)


@pytest.mark.parametrize(
    ("before", "live", "code"),
    [
        (partition(1, "1"), "123", ErrorCode.ELECTION_NOT_NEEDED),
        (partition(-1, "1"), "", ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE),
    ],
)
def test_unclean_election_refused(before: PartitionImage, live: str, code: ErrorCode) -> None:
    with pytest.raises(ApiError) as error:
        elect(before, ElectionType.UNCLEAN, set(map(int, live)))
    assert error.value.code is code
