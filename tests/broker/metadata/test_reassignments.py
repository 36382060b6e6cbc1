"""Moving partitions to other replicas: as Kafka's controller decides, for many brokers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode

from wirekafka.metadata.alter_partition import InSyncReplica, IsrChange, alter_partition
from wirekafka.metadata.image import MetadataImage, PartitionImage
from wirekafka.metadata.model import AT_REST, Move
from wirekafka.metadata.reassignments import (
    Reassignment,
    ReassignmentRules,
    alter_reassignments,
    cancel,
    reassign,
)
from wirekafka.metadata.topics import NewPartitions, NewTopic, create_partitions, create_topics

World = Any  # of conftest.py, which tests cannot import
EPOCH = 3
RULES = ReassignmentRules()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """Four brokers; topic t has partitions on [1, 2] and [2, 3], everything in sync."""
    world = make_world(brokers=(1, 2, 3, 4))
    topic = NewTopic("t", assignments=((0, (1, 2)), (1, (2, 3))))
    world.carry_out(create_topics(world.image, world.settings, [topic], EPOCH))
    return world


def ask(
    world: World, *asked: tuple[int, list[int] | None], rules: ReassignmentRules = RULES
) -> list[tuple[int, str | None]]:
    """Codes and texts for partitions of t."""
    rows = [Reassignment("t", n, None if to is None else tuple(to)) for n, to in asked]
    plan = alter_reassignments(world.image, rows, rules, EPOCH)
    world.carry_out(plan)
    return [(int(e.code), e.message) if e else (0, None) for e in plan.result]


def partition(world: World, index: int = 0) -> PartitionImage:
    image: MetadataImage = world.image
    return image.topics["t"].partitions[index]


def brief(world: World, index: int = 0) -> tuple[tuple[int, ...], tuple[int, ...], Move, int, int]:
    """Replicas, in-sync replicas, the move, leader, leader epoch."""
    one = partition(world, index)
    return one.replicas, one.isr, one.move, one.leader, one.leader_epoch


def catch_up(world: World, *isr: int) -> None:
    """The leader of partition 0 says who is in sync."""
    one = partition(world)
    change = IsrChange(
        world.image.topics["t"].topic_id,
        0,
        one.leader_epoch,
        one.partition_epoch,
        tuple(InSyncReplica(member) for member in isr),
    )
    sender = world.image.brokers[one.leader]
    plan = alter_partition(
        world.image,
        change,
        sender_id=one.leader,
        sender_epoch=sender.epoch,
        controller_epoch=EPOCH,
    )
    world.carry_out(plan)
    assert brief(world)[:2] == (plan.result.replicas, plan.result.isr)


def test_wanted_replicas_stand_before_those_being_removed(world: World) -> None:
    assert ask(world, (0, [4, 3])) == [(0, None)]
    assert brief(world) == ((4, 3, 1, 2), (1, 2), Move((3, 4), (1, 2)), 1, 0)
    assert partition(world).partition_epoch == 1


def test_a_move_ends_when_all_wanted_replicas_are_in_sync(world: World) -> None:
    ask(world, (0, [4, 3]))
    catch_up(world, 1, 2, 3)
    assert brief(world) == ((4, 3, 1, 2), (1, 2, 3), Move((3, 4), (1, 2)), 1, 0)
    catch_up(world, 1, 2, 3, 4)
    assert brief(world) == ((4, 3), (3, 4), AT_REST, 4, 1)
    assert partition(world).partition_epoch == 3


def test_the_leader_stays_when_it_stays_a_replica(world: World) -> None:
    ask(world, (0, [3, 1]))
    catch_up(world, 1, 2, 3)
    assert brief(world) == ((3, 1), (1, 3), AT_REST, 1, 1)  # a replica has left: a new epoch


def test_another_order_is_done_at_once(world: World) -> None:
    assert ask(world, (0, [2, 1])) == [(0, None)]
    assert brief(world) == ((2, 1), (1, 2), AT_REST, 1, 0)


def test_the_same_replicas_change_nothing(world: World) -> None:
    revision = world.image.revision
    assert ask(world, (0, [1, 2])) == [(0, None)]
    assert world.image.revision == revision


def test_fewer_replicas_are_done_at_once_and_the_leader_may_change(world: World) -> None:
    assert ask(world, (0, [2])) == [(0, None)]
    assert brief(world) == ((2,), (2,), AT_REST, 2, 1)


def test_a_cancelled_move_leaves_the_replicas_as_they_were(world: World) -> None:
    ask(world, (0, [3, 4]))
    catch_up(world, 1, 2, 3)
    assert ask(world, (0, None)) == [(0, None)]
    assert brief(world) == ((1, 2), (1, 2), AT_REST, 1, 1)
    assert ask(world, (0, None)) == [(85, None)]


def test_cancelling_needs_somebody_in_sync_or_an_unclean_election(world: World) -> None:
    moving = reassign(PartitionImage(1, 5, (1,), (1, 2)), (3,), {3})
    assert (moving.leader, moving.move) == (-1, Move((3,), (1, 2)))
    lost = PartitionImage(3, 5, (3,), (3, 1, 2), move=Move((3,), (1, 2)))
    assert cancel(lost, {1, 3}, may_be_unclean=False) is None
    saved = cancel(lost, {1, 3}, may_be_unclean=True)
    assert saved is not None
    assert (saved.replicas, saved.isr, saved.leader, saved.recovering) == ((1, 2), (1,), 1, True)
    assert (saved.leader_epoch, saved.move) == (6, AT_REST)


def test_an_unclean_cancellation_is_refused_with_a_reason(world: World) -> None:
    ask(world, (0, [3]))
    catch_up(world, 1, 2)
    world.vanish(1)
    topic, moving = world.image.topics["t"], partition(world)
    lost = replace(moving, leader=3, isr=(3,))
    image = replace(
        world.image, topics={"t": replace(topic, partitions=(lost, *topic.partitions[1:]))}
    )
    asked = [Reassignment("t", 0, None)]
    (error,) = alter_reassignments(image, asked, RULES, EPOCH).result
    assert error is not None
    assert error.code is ErrorCode.INVALID_REPLICA_ASSIGNMENT
    assert "would require an unclean leader election" in str(error.message)
    lenient = ReassignmentRules(may_be_unclean=lambda topic: topic.name == "t")
    assert alter_reassignments(image, asked, lenient, EPOCH).result == [None]


@pytest.mark.parametrize(
    ("replicas", "text"),
    [
        ([], "The manual partition assignment includes an empty replica list."),
        (
            [9, 9],
            "The manual partition assignment includes broker 9, but no such broker is registered.",
        ),
        ([1, 1], "The manual partition assignment includes the broker 1 more than once."),
    ],
)
def test_replicas_that_cannot_be(world: World, replicas: list[int], text: str) -> None:
    assert ask(world, (0, replicas)) == [(int(ErrorCode.INVALID_REPLICA_ASSIGNMENT), text)]


def test_what_does_not_exist_is_named(world: World) -> None:
    assert ask(world, (2, [1]), (-1, None)) == [
        (3, "Unable to find partition t:2."),
        (3, "Unable to find partition t:-1."),
    ]
    plan = alter_reassignments(world.image, [Reassignment("none", 0, None)], RULES, EPOCH)
    assert [str(e.message) for e in plan.result if e] == ["Unable to find a topic named none."]


def test_the_replication_factor_may_be_held(world: World) -> None:
    held = ReassignmentRules(may_change_factor=False)
    code = int(ErrorCode.INVALID_REPLICATION_FACTOR)
    assert ask(world, (0, [1]), (1, [3, 4]), rules=held) == [
        (code, "The replication factor is changed from 2 to 1"),
        (0, None),
    ]
    assert ask(world, (1, [4, 1, 2]), rules=held)[0][0] == code


def test_of_two_changes_of_one_partition_the_last_is_made(world: World) -> None:
    assert ask(world, (0, [3, 1]), (1, [3, 2]), (0, [2, 1])) == [(0, None)] * 3
    assert partition(world, 0).replicas == (2, 1)
    assert partition(world, 1).replicas == (3, 2)


def test_moves_outlive_the_growth_of_their_topic(world: World) -> None:
    ask(world, (0, [3, 4]))
    grown = create_partitions(world.image, world.settings, [NewPartitions("t", 3)], EPOCH)
    world.carry_out(grown)
    assert partition(world).move == Move((3, 4), (1, 2))
    assert len(world.image.topics["t"].partitions) == 3


def test_more_changes_than_fit_into_a_transaction(make_world: Callable[..., World]) -> None:
    world = make_world(brokers=(1, 2))
    topic = NewTopic("t", assignments=tuple((n, (1,)) for n in range(250)))
    world.carry_out(create_topics(world.image, world.settings, [topic], EPOCH))
    assert ask(world, *((n, [2]) for n in range(250))) == [(0, None)] * 250
    moves = {one.move for one in world.image.topics["t"].partitions}
    assert moves == {Move((2,), (1,))}


def test_an_error_of_one_partition_leaves_the_others(world: World) -> None:
    outcomes = ask(world, (0, [7]), (1, [3, 2]))
    assert [code for code, _ in outcomes] == [39, 0]
    assert partition(world, 1).replicas == (3, 2)
