"""Configs of groups and their bounds; refusals are recorded from Kafka 4.3.1."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config.group import properties, validate_group_configs
from wirekafka.config.parse import load

LAYERS = load().layers


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("nope", "1", "Unknown group config name: nope"),
        (
            "consumer.session.timeout.ms",
            "5",
            "consumer.session.timeout.ms must be greater than or equal to "
            "group.consumer.min.session.timeout.ms",
        ),
        (
            "share.delivery.count.limit",
            "11",
            "share.delivery.count.limit must be less than or equal to "
            "group.share.max.delivery.count.limit",
        ),
        (
            "streams.num.standby.replicas",
            "3",
            "streams.num.standby.replicas must be less than or equal to "
            "group.streams.max.standby.replicas",
        ),
        (
            "streams.assignment.interval.ms",
            "100000",
            "streams.assignment.interval.ms must be less than or equal to "
            "group.streams.max.assignment.interval.ms",
        ),
        (
            "share.isolation.level",
            "READ_COMMITTED",
            "Invalid value READ_COMMITTED for configuration share.isolation.level: "
            "String must be one of: read_committed, read_uncommitted",
        ),
    ],
)
def test_group_configs_refused(name: str, value: str, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        validate_group_configs(LAYERS, {name: value})
    assert caught.value.code is ErrorCode.INVALID_CONFIG
    assert caught.value.message == reason


def test_group_configs_accepted() -> None:
    found = validate_group_configs(
        LAYERS, {"consumer.session.timeout.ms": "50000", "share.delivery.count.limit": "2"}
    )
    assert found == {"consumer.session.timeout.ms": 50_000, "share.delivery.count.limit": 2}


def test_the_bounds_are_those_that_the_broker_has() -> None:
    layers = load(assignments=["group.consumer.min.session.timeout.ms=1"]).layers
    assert validate_group_configs(layers, {"consumer.session.timeout.ms": "5"})


def test_kafka_knows_seventeen_group_configs() -> None:
    assert len(properties()) == 17
