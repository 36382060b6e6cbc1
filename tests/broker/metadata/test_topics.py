"""Creating, growing and deleting topics: Kafka's errors in Kafka's order, and the writes.

Codes and texts are those recorded from Kafka 4.3.1 (create_topics_*, create_partitions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import keys
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.metadata.placement import PlacementRule
from wirekafka.metadata.plan import Plan
from wirekafka.metadata.topics import (
    CreatedTopic,
    NewPartitions,
    NewTopic,
    create_partitions,
    create_topics,
    delete_topics,
    remove_orphans,
)

World = Any  # of conftest.py, which tests cannot import
EPOCH = 4


def create(world: World, *topics: NewTopic) -> list[CreatedTopic | ApiError]:
    plan = create_topics(world.image, world.settings, topics, EPOCH)
    world.carry_out(plan)
    return plan.result


def grow(world: World, *topics: NewPartitions) -> list[ApiError | None]:
    plan = create_partitions(world.image, world.settings, topics, EPOCH)
    world.carry_out(plan)
    return plan.result


def refusal(outcome: object) -> tuple[ErrorCode, str | None]:
    assert isinstance(outcome, ApiError)
    return outcome.code, outcome.message


def test_created_topic_is_in_the_image_with_leaders(world: World) -> None:
    topic = NewTopic("orders", 2, 1, configs={"retention.ms": "5000"})
    assert create(world, topic) == [
        CreatedTopic("orders", (1).to_bytes(16, "big"), 2, 1, {"retention.ms": "5000"})
    ]
    image = world.image.topics["orders"]
    assert world.image.topics_by_id[image.topic_id] is image
    assert [(p.leader, p.leader_epoch, p.isr, p.replicas) for p in image.partitions] == [
        (1, 0, (1,), (1,)),
        (1, 0, (1,), (1,)),
    ]
    assert image.configs == {"retention.ms": "5000"}
    assert not world.image.orphans


def test_defaults_are_the_brokers(world: World) -> None:
    world.settings = replace(world.settings, num_partitions=3)
    (created,) = create(world, NewTopic("t"))
    assert isinstance(created, CreatedTopic)
    assert (created.num_partitions, created.replication_factor, created.configs) == (3, 1, {})


INVALID_TOPIC = ErrorCode.INVALID_TOPIC_EXCEPTION
ASSIGNMENT = ErrorCode.INVALID_REPLICA_ASSIGNMENT


@pytest.mark.parametrize(
    ("topic", "code", "message"),
    [
        (NewTopic("t", 0, 1), ErrorCode.TOPIC_ALREADY_EXISTS, "Topic 't' already exists."),
        (NewTopic(""), INVALID_TOPIC, "Topic name is invalid: the empty string is not allowed"),
        (NewTopic(".", 0), INVALID_TOPIC, "Topic name is invalid: '.' is not allowed"),
        (NewTopic(".."), INVALID_TOPIC, "Topic name is invalid: '..' is not allowed"),
        (
            NewTopic("a/b"),
            INVALID_TOPIC,
            "Topic name is invalid: 'a/b' contains one or more characters other than ASCII "
            "alphanumerics, '.', '_' and '-'",
        ),
        (
            NewTopic("ä"),
            INVALID_TOPIC,
            "Topic name is invalid: 'ä' contains one or more characters other than ASCII "
            "alphanumerics, '.', '_' and '-'",
        ),
        (
            NewTopic("x" * 250),
            INVALID_TOPIC,
            f"Topic name is invalid: the length of '{'x' * 250}' is longer than the max allowed "
            "length 249",
        ),
        (NewTopic("a_b"), INVALID_TOPIC, "Topic 'a_b' collides with existing topic: a.b"),
        (
            NewTopic("n", 0, configs={"retention.ms": None}),
            ErrorCode.INVALID_CONFIG,
            "Null value not supported for topic configs: retention.ms",
        ),
        (
            NewTopic("n", 0, configs={"no.such": "1"}),
            ErrorCode.INVALID_CONFIG,
            "Unknown config name: no.such",
        ),
        (
            NewTopic("n", 0, 0),
            ErrorCode.INVALID_REPLICATION_FACTOR,
            "Replication factor must be larger than 0, or -1 to use the default value.",
        ),
        (
            NewTopic("n", 0, 1),
            ErrorCode.INVALID_PARTITIONS,
            "Number of partitions was set to an invalid non-positive value.",
        ),
        (
            NewTopic("n", -2, 1),
            ErrorCode.INVALID_PARTITIONS,
            "Number of partitions was set to an invalid non-positive value.",
        ),
        (
            NewTopic("n", 1, 3),
            ErrorCode.INVALID_REPLICATION_FACTOR,
            "Unable to replicate the partition 3 time(s): The target replication factor of 3 "
            "cannot be reached because only 1 broker(s) are registered or some brokers have all "
            "their log directories cordoned. Ask for a replication factor of at most 1.",
        ),
        (
            NewTopic("n", 1, 1, assignments=((0, (1,)),)),
            ErrorCode.INVALID_REQUEST,
            "A manual partition assignment was specified, but replication factor was not set to "
            "-1.",
        ),
        (
            NewTopic("n", 1, assignments=((0, (1,)),)),
            ErrorCode.INVALID_REQUEST,
            "A manual partition assignment was specified, but numPartitions was not set to -1.",
        ),
        (
            NewTopic("n", assignments=((0, (9,)),)),
            ASSIGNMENT,
            "The manual partition assignment includes broker 9, but no such broker is registered.",
        ),
        (
            NewTopic("n", assignments=((0, (1,)), (2, (1,)))),
            ASSIGNMENT,
            "partitions should be a consecutive 0-based integer sequence",
        ),
        (
            NewTopic("n", assignments=((0, (1, 1)),)),
            ASSIGNMENT,
            "The manual partition assignment includes the broker 1 more than once.",
        ),
        (
            NewTopic("n", assignments=((0, ()),)),
            ASSIGNMENT,
            "The manual partition assignment includes an empty replica list.",
        ),
    ],
)
def test_refused_topic(world: World, topic: NewTopic, code: ErrorCode, message: str) -> None:
    create(world, NewTopic("t"), NewTopic("a.b"))
    before = world.image
    outcomes = create(world, topic)
    assert [refusal(outcome) for outcome in outcomes] == [(code, message)]
    assert world.image is before


def test_one_refused_topic_does_not_touch_the_others(world: World) -> None:
    refused, created = create(world, NewTopic("a/b"), NewTopic("e"))
    assert isinstance(refused, ApiError)
    assert isinstance(created, CreatedTopic)
    assert list(world.image.topics) == ["e"]


def test_names_collide_only_while_the_other_exists(world: World) -> None:
    (first,) = create(world, NewTopic("a.b"))
    assert isinstance(first, CreatedTopic)
    world.carry_out(delete_topics(world.image, [first.topic_id]))
    assert not world.image.collisions
    assert isinstance(create(world, NewTopic("a_b"))[0], CreatedTopic)


def test_unequal_replicas_and_repeated_partitions_are_refused(
    make_world: Callable[..., World],
) -> None:
    world = make_world(brokers=(1, 2))
    unequal = NewTopic("u", assignments=((0, (1,)), (1, (1, 2))))
    repeated = NewTopic("r", assignments=((0, (1,)), (0, (2,))))
    codes = [refusal(outcome)[0] for outcome in create(world, unequal, repeated)]
    assert codes == [ASSIGNMENT, ASSIGNMENT]


def test_assignment_may_come_in_any_order(make_world: Callable[..., World]) -> None:
    world = make_world(brokers=(1, 2))
    create(world, NewTopic("t", assignments=((1, (2, 1)), (0, (1, 2)))))
    assert [p.replicas for p in world.image.topics["t"].partitions] == [(1, 2), (2, 1)]


def test_placement_starts_at_the_broker_that_leads_least(make_world: Callable[..., World]) -> None:
    world = make_world(brokers=(1, 2, 3))
    create(world, NewTopic("a", 4, 2))
    create(world, NewTopic("b", 1, 1), NewTopic("c", 1, 1))
    leaders = {name: [p.leader for p in t.partitions] for name, t in world.image.topics.items()}
    assert leaders == {"a": [1, 2, 3, 1], "b": [2], "c": [3]}
    assert world.image.user_leaders == {1: 2, 2: 2, 3: 2}


def test_internal_topics_do_not_count_as_load(world: World) -> None:
    create(world, NewTopic("__consumer_offsets", 50, 1))
    assert world.image.topics["__consumer_offsets"].internal
    assert not world.image.user_leaders


def test_kafka_placement_starts_at_a_random_broker(make_world: Callable[..., World]) -> None:
    world = make_world(brokers=(1, 2, 3))
    world.settings = replace(
        world.settings, placement=PlacementRule.KAFKA, random_index=lambda n: n - 1
    )
    create(world, NewTopic("t", 2, 1))
    assert [p.leader for p in world.image.topics["t"].partitions] == [3, 1]


def test_draining_brokers_get_no_replicas(make_world: Callable[..., World]) -> None:
    world = make_world(brokers=(1, 2))
    draining = world.items[keys.broker(1)].value.replace(b"running", b"draining")
    world.write({keys.broker(1): draining})
    create(world, NewTopic("t", 3, 1))
    assert [p.leader for p in world.image.topics["t"].partitions] == [2, 2, 2]
    (refused,) = create(world, NewTopic("u", assignments=((0, (1,)),)))
    assert refusal(refused)[0] is ASSIGNMENT


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        (NewPartitions("none", 3), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, None),
        (
            NewPartitions("t", 1),
            ErrorCode.INVALID_PARTITIONS,
            "The topic t currently has 2 partition(s); 1 would not be an increase.",
        ),
        (
            NewPartitions("t", -1),
            ErrorCode.INVALID_PARTITIONS,
            "The topic t currently has 2 partition(s); -1 would not be an increase.",
        ),
        (
            NewPartitions("t", 2),
            ErrorCode.INVALID_PARTITIONS,
            "Topic already has 2 partition(s).",
        ),
        (
            NewPartitions("t", 3, ((9,),)),
            ASSIGNMENT,
            "The manual partition assignment includes broker 9, but no such broker is registered.",
        ),
        (
            NewPartitions("t", 4, ((1,),)),
            ASSIGNMENT,
            "Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.",
        ),
        (
            NewPartitions("t", 3, ()),
            ASSIGNMENT,
            "Attempted to add 1 additional partition(s), but only 0 assignment(s) were specified.",
        ),
    ],
)
def test_refused_growth(
    world: World, request_: NewPartitions, code: ErrorCode, message: str | None
) -> None:
    create(world, NewTopic("t", 2, 1))
    assert [refusal(outcome) for outcome in grow(world, request_)] == [(code, message)]
    assert len(world.image.topics["t"].partitions) == 2


def test_growth_goes_on_around_the_ring_and_keeps_what_is_there(
    make_world: Callable[..., World],
) -> None:
    world = make_world(brokers=(1, 2, 3))
    create(world, NewTopic("t", 2, 2, configs={"retention.ms": "1"}))
    before = world.image.topics["t"]
    assert grow(world, NewPartitions("t", 4)) == [None]
    after = world.image.topics["t"]
    assert [p.replicas for p in after.partitions] == [(1, 2), (2, 3), (3, 1), (1, 2)]
    assert (after.topic_id, after.configs) == (before.topic_id, before.configs)
    assert after.partitions[:2] == before.partitions
    assert grow(world, NewPartitions("t", 5, ((3, 2),))) == [None]
    assert world.image.topics["t"].partitions[4].replicas == (3, 2)


def test_deleted_topic_leaves_nothing_behind(world: World) -> None:
    create(world, NewTopic("t", 3, 1, configs={"retention.ms": "1"}))
    before = dict(world.items)
    plan = delete_topics(world.image, [world.image.topics["t"].topic_id, b"x" * 16])
    world.carry_out(plan)
    assert plan.result[0] is None
    assert refusal(plan.result[1]) == (
        ErrorCode.UNKNOWN_TOPIC_ID,
        "This server does not host this topic ID.",
    )
    assert set(world.items) == {key for key in before if b"/t" not in key}
    assert not world.image.topics_by_id
    assert not world.image.user_leaders


def test_recreated_topic_has_another_id_and_leader_epoch_zero(world: World) -> None:
    (first,) = create(world, NewTopic("t", 2, 1))
    assert isinstance(first, CreatedTopic)
    world.carry_out(delete_topics(world.image, [first.topic_id]))
    (second,) = create(world, NewTopic("t", 1, 1))
    assert isinstance(second, CreatedTopic)
    assert second.topic_id != first.topic_id
    assert list(world.image.topics_by_id) == [second.topic_id]


@pytest.mark.parametrize("written", range(4))
def test_a_creation_broken_off_is_no_topic_and_is_cleared(world: World, written: int) -> None:
    before = dict(world.items)
    plan = create_topics(
        world.image, world.settings, [NewTopic("t", 3, 1, configs={"retention.ms": "1"})], EPOCH
    )
    world.carry_out(Plan(None, plan.steps[:written]))
    assert "t" not in world.image.topics
    world.carry_out(remove_orphans(world.image))
    assert world.items == before
    assert not world.image.orphans
    assert isinstance(create(world, NewTopic("t", 1, 1))[0], CreatedTopic)


@pytest.mark.parametrize("written", [1, 2, 70, 120, 121])
def test_a_deletion_broken_off_is_finished_later(world: World, written: int) -> None:
    before = dict(world.items)
    create(world, NewTopic("t", 120, 1, configs={"retention.ms": "1"}))
    plan = delete_topics(world.image, [world.image.topics["t"].topic_id])
    world.carry_out(Plan(None, plan.steps[:written]))
    assert "t" not in world.image.topics
    assert world.image.deletions
    world.carry_out(remove_orphans(world.image))
    assert world.items == before


def test_a_growth_broken_off_leaves_the_topic_as_it_was(world: World) -> None:
    create(world, NewTopic("t", 1, 1))
    before = dict(world.items)
    plan = create_partitions(world.image, world.settings, [NewPartitions("t", 3)], EPOCH)
    world.carry_out(Plan(None, plan.steps[:-1]))
    assert len(world.image.topics["t"].partitions) == 1
    world.carry_out(remove_orphans(world.image))
    assert world.items == before


def test_nothing_is_cleared_that_belongs_to_a_topic(world: World) -> None:
    create(world, NewTopic("t", 2, 1, configs={"retention.ms": "1"}))
    assert remove_orphans(world.image).steps == []
    assert world.image.configs_of(ConfigResourceType.TOPIC, "t") == {"retention.ms": "1"}


def test_a_small_topic_is_deleted_in_one_step(world: World) -> None:
    create(world, NewTopic("t", 98, 1, configs={"retention.ms": "1"}), NewTopic("u", 99, 1))
    ids = [topic.topic_id for topic in world.image.topics.values()]
    plan = delete_topics(world.image, ids)
    assert [len(step) for step in plan.steps] == [100, 100]
    world.carry_out(plan)
    assert not world.image.topics
    assert not world.image.orphans


@pytest.mark.parametrize(
    ("topics", "is_refused"),
    [
        ([NewTopic(f"t{number}") for number in range(5_000)], False),
        ([NewTopic(f"t{number}") for number in range(5_001)], True),
        ([NewTopic("t", 9_999)], False),
        ([NewTopic("t", 10_000)], True),
        ([NewTopic("t", 9_998, configs={"retention.ms": "5"})], False),
        ([NewTopic("t", 9_999, configs={"retention.ms": "5"})], True),
        ([NewTopic("a b", 9_999), NewTopic("t", 1)], False),
    ],
    ids=str,
)
def test_topics_partitions_and_configs_together_have_a_limit(
    world: World, topics: list[NewTopic], is_refused: bool
) -> None:
    """Of 10,000 records; what is refused anyway does not count."""
    if not is_refused:
        assert len(create_topics(world.image, world.settings, topics, EPOCH).result) == len(topics)
        return
    with pytest.raises(ApiError) as refused:
        create_topics(world.image, world.settings, topics, EPOCH)
    assert refused.value.code is ErrorCode.POLICY_VIOLATION


def test_too_many_partitions_together_are_refused_at_once(world: World) -> None:
    create(world, NewTopic("t"))
    many = [NewTopic("a", 6000, 1), NewTopic("b", 4001, 1)]
    for topics in (many, [NewTopic("c", 2**31 - 1, 1)]):
        with pytest.raises(ApiError) as refused:
            create_topics(world.image, world.settings, topics, EPOCH)
        assert refused.value.code is ErrorCode.POLICY_VIOLATION
    with pytest.raises(ApiError) as refused:
        create_partitions(world.image, world.settings, [NewPartitions("t", 10_002)], EPOCH)
    assert refused.value.code is ErrorCode.POLICY_VIOLATION
