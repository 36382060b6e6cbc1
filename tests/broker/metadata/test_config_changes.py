"""Changing configs: operations, errors and their order, as recorded from Kafka 4.3.1."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata.config_changes import (
    ConfigChange,
    ConfigOperation,
    alter_configs,
    incremental_alter_configs,
)
from wirekafka.metadata.keys import ConfigResource, ConfigResourceType
from wirekafka.metadata.topics import NewTopic, create_topics

World = Any  # of conftest.py, which tests cannot import
SET, DELETE = ConfigOperation.SET, ConfigOperation.DELETE
APPEND, SUBTRACT = ConfigOperation.APPEND, ConfigOperation.SUBTRACT
TOPIC, BROKER, GROUP = (
    ConfigResourceType.TOPIC,
    ConfigResourceType.BROKER,
    ConfigResourceType.GROUP,
)


@pytest.fixture
def cluster(world: World) -> World:
    """One broker, the topic t, and the configs of a fresh cluster."""
    world.carry_out(create_topics(world.image, world.settings, [NewTopic("t")], 1))
    rules = world.settings.rules
    fresh = [((BROKER, ""), {"min.insync.replicas": "1"})]
    world.carry_out(alter_configs(world.image, rules, fresh))
    return world


def change(
    cluster: World, resource: ConfigResource, *changes: tuple[str, ConfigOperation, str | None]
) -> ApiError | None:
    operations = [ConfigChange(*one) for one in changes]
    plan = incremental_alter_configs(
        cluster.image, cluster.settings.rules, [(resource, operations)]
    )
    cluster.carry_out(plan)
    return plan.result[0]


def test_set_append_subtract_delete(cluster: World) -> None:
    topic = (TOPIC, "t")
    table: list[tuple[list[tuple[str, ConfigOperation, str | None]], dict[str, str]]] = [
        ([("retention.ms", SET, "7000")], {"retention.ms": "7000"}),
        (
            [("cleanup.policy", APPEND, "compact")],
            {"retention.ms": "7000", "cleanup.policy": "delete,compact"},
        ),
        (
            [("cleanup.policy", APPEND, "compact,delete")],
            {"retention.ms": "7000", "cleanup.policy": "delete,compact"},
        ),
        (
            [("cleanup.policy", SUBTRACT, "delete,other"), ("retention.ms", DELETE, None)],
            {"cleanup.policy": "compact"},
        ),
        ([("cleanup.policy", DELETE, None)], {}),
        ([("cleanup.policy", DELETE, None)], {}),
    ]
    for changes, configs in table:
        assert change(cluster, topic, *changes) is None
        assert cluster.image.topics["t"].configs == configs
        assert cluster.image.configs_of(*topic) == configs


def test_an_emptied_list_grows_from_nothing_and_not_from_its_default(cluster: World) -> None:
    for operation, value, after in (
        (SUBTRACT, "delete", ""),
        (APPEND, "compact", "compact"),
        (APPEND, ",", "compact"),  # as Java splits: no part at all
        (APPEND, "delete,,", "compact,delete"),
    ):
        assert change(cluster, (TOPIC, "t"), ("cleanup.policy", operation, value)) is None
        assert cluster.image.topics["t"].configs == {"cleanup.policy": after}


def test_no_change_writes_nothing(cluster: World) -> None:
    change(cluster, (TOPIC, "t"), ("retention.ms", SET, "1"))
    before = cluster.image
    assert change(cluster, (TOPIC, "t"), ("retention.ms", SET, "1")) is None
    assert cluster.image is before


@pytest.mark.parametrize(
    ("resource", "changes", "code", "message"),
    [
        (
            (TOPIC, "none"),
            [("retention.ms", APPEND, "1")],
            ErrorCode.INVALID_CONFIG,
            "Can't APPEND to key retention.ms because its type is not LIST.",
        ),
        (
            (TOPIC, "t"),
            [("retention.ms", SUBTRACT, "1")],
            ErrorCode.INVALID_CONFIG,
            "Can't SUBTRACT to key retention.ms because its type is not LIST.",
        ),
        (
            (TOPIC, "none"),
            [("retention.ms", SET, "x")],
            ErrorCode.INVALID_CONFIG,
            "Invalid value x",
        ),
        (
            (TOPIC, "none"),
            [("retention.ms", SET, "1")],
            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            "The topic 'none' does not exist.",
        ),
        (
            (TOPIC, ""),
            [("retention.ms", SET, "1")],
            ErrorCode.INVALID_REQUEST,
            "Default topic resources are not allowed.",
        ),
        (
            (TOPIC, "."),
            [("retention.ms", SET, "1")],
            ErrorCode.INVALID_TOPIC_EXCEPTION,
            "Topic name is invalid: '.' is not allowed",
        ),
        (
            (GROUP, ""),
            [("retention.ms", SET, "1")],
            ErrorCode.INVALID_REQUEST,
            "Default group resources are not allowed.",
        ),
        (
            (BROKER, "9"),
            [("log.cleaner.threads", SET, "2")],
            ErrorCode.BROKER_ID_NOT_REGISTERED,
            "No broker with id 9 found.",
        ),
        (
            (BROKER, ""),
            [("min.insync.replicas", DELETE, None)],
            ErrorCode.INVALID_CONFIG,
            "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.",
        ),
        (
            (BROKER, "1"),
            [("min.insync.replicas", SET, "2")],
            ErrorCode.INVALID_CONFIG,
            "Broker-level min.insync.replicas cannot be altered while ELR is enabled.",
        ),
    ],
)
def test_refused(
    cluster: World,
    resource: ConfigResource,
    changes: list[tuple[str, ConfigOperation, str | None]],
    code: ErrorCode,
    message: str,
) -> None:
    before = cluster.image
    error = change(cluster, resource, *changes)
    assert error is not None
    assert (error.code, error.message) == (code, message)
    assert cluster.image is before


def test_a_group_need_not_exist(cluster: World) -> None:
    assert change(cluster, (GROUP, "a/b"), ("retention.ms", SET, "1")) is None
    assert cluster.image.configs_of(GROUP, "a/b") == {"retention.ms": "1"}


def test_the_cluster_wide_default_may_change_but_not_go(cluster: World) -> None:
    assert change(cluster, (BROKER, ""), ("min.insync.replicas", SET, "2")) is None
    assert cluster.image.configs_of(BROKER, "") == {"min.insync.replicas": "2"}


def test_alter_configs_replaces_everything(cluster: World) -> None:
    rules = cluster.settings.rules
    change(cluster, (TOPIC, "t"), ("retention.ms", SET, "1"))
    wanted = [((TOPIC, "t"), {"cleanup.policy": "compact"}), ((TOPIC, "none"), {})]
    plan = alter_configs(cluster.image, rules, wanted)
    cluster.carry_out(plan)
    assert cluster.image.topics["t"].configs == {"cleanup.policy": "compact"}
    assert plan.result[0] is None
    assert plan.result[1] is not None
    assert plan.result[1].code is ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


@pytest.mark.parametrize("is_incremental", [True, False])
def test_ten_thousand_changes_are_the_most_in_one_request(
    cluster: World, is_incremental: bool
) -> None:
    """As in Kafka: what changes nothing, or is refused, does not count."""
    image, rules = cluster.image, cluster.settings.rules

    def alter(*names: str) -> list[ApiError | None]:
        if is_incremental:
            one = [ConfigChange("retention.ms", SET, "5000")]
            rows = [((GROUP, name), one) for name in names]
            return incremental_alter_configs(image, rules, rows).result
        replaced = [((GROUP, name), {"retention.ms": "5000"}) for name in names]
        return alter_configs(image, rules, replaced).result

    assert alter(*map(str, range(10_000)), "") == [None] * 10_000 + [ANY]
    with pytest.raises(ApiError) as refused:
        alter(*map(str, range(10_001)))
    assert refused.value.code is ErrorCode.POLICY_VIOLATION
