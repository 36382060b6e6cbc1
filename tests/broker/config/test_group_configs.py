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
    assert validate_group_configs(layers, {"consumer.session.timeout.ms": "5001"})


@pytest.mark.parametrize("kind", ["consumer", "share", "streams"])
def test_a_session_outlives_the_time_between_two_heartbeats(kind: str) -> None:
    names = (f"{kind}.session.timeout.ms", f"{kind}.heartbeat.interval.ms")
    bounds = [
        f"group.{kind}.min.{rest}=1" for rest in ("session.timeout.ms", "heartbeat.interval.ms")
    ]
    own = [f"group.{kind}.session.timeout.ms=1500", f"group.{kind}.heartbeat.interval.ms=300"]
    layers = load(assignments=[*bounds, *own]).layers
    for session, beat in (("300", None), (None, "1500"), ("2000", "2000"), ("1", None)):
        texts = {name: text for name, text in zip(names, (session, beat), strict=True) if text}
        with pytest.raises(ApiError) as caught:
            validate_group_configs(layers, texts)
        assert caught.value.code is ErrorCode.INVALID_CONFIG
        assert caught.value.message == f"{names[0]} must be greater than {names[1]}"
    for session, beat in (("301", None), (None, "1499"), ("2001", "2000")):
        texts = {name: text for name, text in zip(names, (session, beat), strict=True) if text}
        assert validate_group_configs(layers, texts)


def test_kafka_knows_seventeen_group_configs() -> None:
    assert len(properties()) == 17
