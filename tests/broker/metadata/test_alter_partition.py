"""Changes of the in-sync set: who is told what, in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import keys
from wirekafka.metadata.alter_partition import InSyncReplica, IsrChange, alter_partition
from wirekafka.metadata.topics import NewTopic, create_topics

World = Any  # of conftest.py, which tests cannot import
CONTROLLER_EPOCH = 3


@pytest.fixture
def cluster(make_world: Callable[..., World]) -> World:
    """Three brokers, a topic on all of them; in sync are 1 and 2, its epochs are 5 and 7."""
    world = make_world(brokers=(1, 2, 3))
    topic = NewTopic("t", assignments=((0, (1, 2, 3)),))
    world.carry_out(create_topics(world.image, world.settings, [topic], CONTROLLER_EPOCH))
    key = keys.partition("t", 0)
    value = world.items[key].value.replace(b'"isr":[1,2,3]', b'"isr":[1,2]')
    value = value.replace(b'"leader_epoch":0', b'"leader_epoch":5')
    world.write({key: value.replace(b'"partition_epoch":0', b'"partition_epoch":7')})
    return world


def ask(
    cluster: World,
    isr: str,
    *,
    sender: int = 1,
    stale_sender: bool = False,
    member_epoch: int = -1,
    **fields: Any,
) -> tuple[tuple[int, ...], int]:
    topic_id = cluster.image.topics["t"].topic_id
    members = tuple(InSyncReplica(int(broker_id), member_epoch) for broker_id in isr)
    change = replace(IsrChange(topic_id, 0, 5, 7, members), **fields)
    plan = alter_partition(
        cluster.image,
        change,
        sender_id=sender,
        sender_epoch=cluster.image.brokers[sender].epoch - stale_sender,
        controller_epoch=CONTROLLER_EPOCH,
    )
    cluster.carry_out(plan)
    partition = cluster.image.topics["t"].partitions[0]
    assert (plan.result.isr, plan.result.partition_epoch) == (
        partition.isr,
        partition.partition_epoch,
    )
    assert (partition.leader, partition.leader_epoch) == (1, 5)
    return partition.isr, partition.partition_epoch


def test_expand_and_shrink_raise_the_partition_epoch_alone(cluster: World) -> None:
    epoch = cluster.image.brokers[3].epoch
    fields = {"new_isr": tuple(InSyncReplica(n, epoch if n == 3 else -1) for n in (1, 2, 3))}
    assert ask(cluster, "", **fields) == ((1, 2, 3), 8)
    assert ask(cluster, "1", partition_epoch=8) == ((1,), 9)


def test_what_is_already_so_succeeds_again(cluster: World) -> None:
    assert ask(cluster, "21", partition_epoch=3) == ((1, 2), 7)


@pytest.mark.parametrize(
    ("isr", "fields", "code"),
    [
        ("1", {"leader_epoch": 6, "stale_sender": True}, ErrorCode.NOT_CONTROLLER),
        ("1", {"partition_epoch": 8}, ErrorCode.NOT_CONTROLLER),
        ("1", {"stale_sender": True, "topic_id": b"x" * 16}, ErrorCode.STALE_BROKER_EPOCH),
        ("1", {"topic_id": b"x" * 16}, ErrorCode.UNKNOWN_TOPIC_ID),
        ("1", {"partition": 1}, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        ("1", {"leader_epoch": 4, "sender": 2}, ErrorCode.FENCED_LEADER_EPOCH),
        ("1", {"sender": 2}, ErrorCode.INVALID_REQUEST),
        ("1", {"partition_epoch": 6}, ErrorCode.INVALID_UPDATE_VERSION),
        ("23", {}, ErrorCode.INVALID_REQUEST),
        ("14", {}, ErrorCode.INVALID_REQUEST),
        ("11", {}, ErrorCode.INVALID_REQUEST),
        ("123", {"recovering": True}, ErrorCode.INVALID_REQUEST),
        ("123", {"member_epoch": 99}, ErrorCode.INELIGIBLE_REPLICA),
    ],
)
def test_refused(cluster: World, isr: str, fields: dict[str, Any], code: ErrorCode) -> None:
    before = cluster.image
    with pytest.raises(ApiError) as refused:
        ask(cluster, isr, **fields)
    assert refused.value.code is code
    assert cluster.image is before


def test_a_replica_that_is_gone_or_leaving_cannot_be_added(cluster: World) -> None:
    draining = cluster.items[keys.broker(3)].value.replace(b"running", b"draining")
    cluster.write({keys.broker(3): draining})
    for _ in range(2):
        with pytest.raises(ApiError) as refused:
            ask(cluster, "123")
        assert refused.value.code is ErrorCode.INELIGIBLE_REPLICA
        cluster.vanish(3)
