"""Offsets that transactions take along: who may commit them, when they count, what deletes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from wirekafka_protocol.messages.list_groups import ListGroupsRequest
from wirekafka_protocol.messages.offset_commit_record import OffsetCommitValue
from wirekafka_protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
)
from wirekafka_protocol.uuids import ZERO_UUID

from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.records import decode_record
from wirekafka.coordinator.group.shard import GroupCoordinatorShard as Shard
from wirekafka.coordinator.group.states import GroupState
from wirekafka.coordinator.log_port import LoggedMarker, LoggedRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    Coordinator = Any

UNSTABLE = (88, -1)
NONE = (0, -1)
EMPTY = GroupState.EMPTY
PREPARING = GroupState.PREPARING_REBALANCE
COMPLETING = GroupState.COMPLETING_REBALANCE
STABLE = GroupState.STABLE
STATES = (None, EMPTY, PREPARING, COMPLETING, STABLE)

# Request by the member of generation 1 (who has left when the group is empty), in each state.
COMMIT = (22, 25, 0, 0, 0)
COMMIT_OF_ANOTHER_GENERATION = (22, 25, 22, 22, 22)
COMMIT_OF_NOBODY = (22, 25, 25, 25, 25)
COMMIT_OF_A_MEMBER_WITHOUT_GENERATION = (0, 0, 22, 22, 22)
COMMIT_SIMPLE = (0, 0, 0, 0, 0)


def by_state(codes: tuple[int, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("state", "code"), list(zip(STATES, codes, strict=True)))


@by_state(COMMIT)
def test_commit(coordinator: Coordinator, state: GroupState | None, code: int) -> None:
    member_id = coordinator.in_state(state)
    assert coordinator.txn_commit(5, member_id=member_id, generation=1) == code
    assert coordinator.fetch_stable() == (UNSTABLE if code == 0 else NONE)


@by_state(COMMIT_OF_ANOTHER_GENERATION)
def test_commit_of_another_generation(
    coordinator: Coordinator, state: GroupState | None, code: int
) -> None:
    member_id = coordinator.in_state(state)
    assert coordinator.txn_commit(member_id=member_id, generation=7) == code


@by_state(COMMIT_OF_NOBODY)
def test_commit_of_nobody(coordinator: Coordinator, state: GroupState | None, code: int) -> None:
    coordinator.in_state(state)
    assert coordinator.txn_commit(member_id="somebody else", generation=1) == code


@by_state(COMMIT_OF_A_MEMBER_WITHOUT_GENERATION)
def test_commit_of_a_member_without_a_generation(
    coordinator: Coordinator, state: GroupState | None, code: int
) -> None:
    member_id = coordinator.in_state(state)
    assert coordinator.txn_commit(member_id=member_id) == code


@by_state(COMMIT_SIMPLE)
def test_commit_without_member_is_accepted_whoever_is_in_the_group(
    coordinator: Coordinator, state: GroupState | None, code: int
) -> None:
    coordinator.in_state(state)
    assert coordinator.txn_commit() == code


def test_fenced_static_member(coordinator: Coordinator) -> None:
    (old,) = coordinator.join(instance="i")
    (new,) = coordinator.join(instance="i")
    generation = new.generation_id
    refused = coordinator.txn_commit(member_id=old.member_id, generation=generation, instance="i")
    assert refused == 82
    unknown = coordinator.txn_commit(
        member_id=new.member_id, generation=generation, instance="other"
    )
    assert unknown == 25
    assert coordinator.txn_commit(member_id=new.member_id, generation=generation, instance="i") == 0


def test_metadata_that_is_too_long_is_refused_alone(
    new_coordinator: Callable[..., Coordinator],
) -> None:
    coordinator = new_coordinator(GroupConfig(offset_metadata_max_bytes=4))
    assert coordinator.txn_commit(metadata="12345") == 12
    assert coordinator.log.rows == []
    assert coordinator.txn_commit(metadata=None) == 0


def test_session_of_a_member_is_not_kept_alive(coordinator: Coordinator) -> None:
    member_id = coordinator.in_state(STABLE)
    coordinator.clock.advance(9_000)
    coordinator.txn_commit(member_id=member_id, generation=1)
    coordinator.clock.advance(1_000)
    assert coordinator.shard.groups["g"].state is EMPTY


def test_record_is_that_of_an_offset_commit(coordinator: Coordinator) -> None:
    coordinator.txn_commit(5, metadata="m")
    (row,) = coordinator.log.rows
    assert row.producer_id == 7
    record = decode_record(row.key, row.value)
    now_ms = coordinator.clock.now_ms()
    assert record.value == OffsetCommitValue(5, 4, "m", now_ms, -1, ZERO_UUID)
    assert record.value_version == 4


def test_offsets_count_when_the_transaction_is_committed(coordinator: Coordinator) -> None:
    coordinator.commit(1)
    coordinator.txn_commit(5)
    assert coordinator.fetch("t") == {"t": 1}
    assert coordinator.fetch_stable() == UNSTABLE
    assert coordinator.fetch_stable("other") == NONE
    coordinator.end()
    assert coordinator.fetch_stable() == (0, 5)
    assert not coordinator.shard.offsets.pending


def test_offsets_of_an_aborted_transaction_are_gone(coordinator: Coordinator) -> None:
    coordinator.commit(1)
    coordinator.txn_commit(5)
    coordinator.end(committed=False)
    assert coordinator.fetch_stable() == (0, 1)
    assert not coordinator.shard.offsets.pending


def test_the_last_offset_of_a_transaction_counts(coordinator: Coordinator) -> None:
    coordinator.txn_commit(5)
    coordinator.txn_commit(6)
    coordinator.end()
    assert coordinator.fetch_stable() == (0, 6)


def test_ordinary_commit_behind_a_pending_one_stays(coordinator: Coordinator) -> None:
    """What was written last counts, however late the marker comes."""
    coordinator.txn_commit(5)
    coordinator.commit(3)
    assert coordinator.fetch("t") == {"t": 3}
    assert coordinator.fetch_stable() == UNSTABLE
    coordinator.end()
    assert coordinator.fetch_stable() == (0, 3)


def test_transaction_that_writes_again_behind_an_ordinary_commit_wins(
    coordinator: Coordinator,
) -> None:
    coordinator.txn_commit(5)
    coordinator.commit(3)
    coordinator.txn_commit(6)
    coordinator.end()
    assert coordinator.fetch_stable() == (0, 6)


@pytest.mark.parametrize("first", [7, 8])
def test_of_two_transactions_the_one_that_wrote_last_wins(
    coordinator: Coordinator, first: int
) -> None:
    coordinator.txn_commit(5, producer_id=7)
    coordinator.txn_commit(6, producer_id=8)
    coordinator.end(first)
    assert coordinator.fetch("t") == {"t": 5 if first == 7 else 6}
    assert coordinator.fetch_stable() == UNSTABLE
    coordinator.end(15 - first)
    assert coordinator.fetch_stable() == (0, 6)


def test_markers_of_others_change_nothing(coordinator: Coordinator) -> None:
    coordinator.txn_commit(5)
    coordinator.end(8)
    assert coordinator.fetch_stable() == UNSTABLE


def test_group_with_nothing_but_pending_offsets_is_listed(coordinator: Coordinator) -> None:
    coordinator.txn_commit()
    (rows,) = coordinator.ask(Shard.list_groups, ListGroupsRequest(), 5)
    assert [(row.group_id, row.group_state, row.protocol_type) for row in rows] == [
        ("g", "Empty", "")
    ]
    assert coordinator.fetch() == {}


def test_group_with_nothing_but_pending_offsets_does_not_expire(coordinator: Coordinator) -> None:
    coordinator.txn_commit()
    coordinator.clock.advance(30 * 24 * 3_600_000)
    assert "g" in coordinator.shard.groups
    coordinator.end(committed=False)
    coordinator.clock.advance(600_000)
    assert "g" not in coordinator.shard.groups


def test_offset_beside_a_pending_one_does_not_expire(coordinator: Coordinator) -> None:
    coordinator.commit(1)
    coordinator.commit(1, topic="other")
    coordinator.txn_commit(5)
    coordinator.clock.advance(30 * 24 * 3_600_000)
    assert coordinator.fetch() == {"t": 1}
    coordinator.end(committed=False)
    coordinator.clock.advance(600_000)
    assert coordinator.fetch() == {}


def delete_offsets(coordinator: Coordinator) -> Any:
    topic = OffsetDeleteRequestTopic("t", [OffsetDeleteRequestPartition(0)])
    (response,) = coordinator.ask(Shard.offset_delete, OffsetDeleteRequest("g", [topic]), 0)
    return response


def delete_group(coordinator: Coordinator) -> Any:
    ((result,),) = coordinator.ask(Shard.delete_groups, ["g"], 2)
    return result


def delete_topic(coordinator: Coordinator) -> Any:
    coordinator.ask(Shard.topics_deleted, {"t"}, 0)


@pytest.mark.parametrize("delete", [delete_offsets, delete_group, delete_topic])
@pytest.mark.parametrize("has_committed", [False, True])
def test_deleting_offsets_deletes_pending_ones(
    coordinator: Coordinator, delete: Callable[[Coordinator], Any], has_committed: bool
) -> None:
    if has_committed:
        coordinator.commit(1)
    coordinator.txn_commit(5, producer_id=7)
    coordinator.txn_commit(6, producer_id=8)
    before = len(coordinator.log.rows)
    result = delete(coordinator)
    assert getattr(result, "error_code", 0) == 0
    tombstones = len(coordinator.log.rows) - before
    assert tombstones == (2 if delete is delete_group else 1)
    assert coordinator.fetch_stable() == NONE
    assert not coordinator.shard.offsets.pending
    coordinator.end(7)
    coordinator.end(8)
    assert coordinator.fetch_stable() == NONE
    assert ("g" in coordinator.shard.groups) is (delete is not delete_group)


def test_deleting_offsets_of_one_topic_spares_pending_ones_of_another(
    coordinator: Coordinator,
) -> None:
    coordinator.txn_commit(5)
    coordinator.txn_commit(6, topic="other")
    delete_offsets(coordinator)
    assert coordinator.fetch_stable("other") == UNSTABLE
    coordinator.end()
    assert coordinator.fetch() == {"other": 6}


@pytest.mark.parametrize("cut", range(9))
def test_restart_at_any_place_changes_nothing(
    new_coordinator: Callable[..., Coordinator], cut: int
) -> None:
    steps: list[Callable[[Coordinator], Any]] = [
        lambda c: c.commit(1),
        lambda c: c.txn_commit(5, producer_id=7),
        lambda c: c.txn_commit(6, producer_id=8),
        lambda c: c.commit(2, topic="other"),
        lambda c: c.txn_commit(9, producer_id=8, topic="other"),
        lambda c: c.end(8, committed=True),
        lambda c: c.commit(3),
        lambda c: c.end(7, committed=False),
    ]
    seen = []
    for restarts in (False, True):
        coordinator = new_coordinator()
        answers = []
        for number, step in enumerate(steps):
            if restarts and number == cut:
                coordinator.restart()
            step(coordinator)
            answers.append((coordinator.fetch(), coordinator.fetch_stable()))
        seen.append(answers)
    assert seen[0] == seen[1]
    assert seen[0][-1] == ({"t": 3, "other": 9}, (0, 3))


def test_offsets_of_a_group_that_an_old_broker_expired_have_a_group(
    coordinator: Coordinator,
) -> None:
    """Kafka 3 dropped groups whose offsets were pending."""
    coordinator.txn_commit(5)
    group = LoggedRecord(b"\0\2\0\1g", None, -1)
    coordinator.log.rows += [group, LoggedMarker(7, 0, True)]
    coordinator.restart()
    assert coordinator.fetch_stable() == (0, 5)
    assert coordinator.shard.groups["g"].state is EMPTY
