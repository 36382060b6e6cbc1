"""Dynamic changes of broker and group configs; refusals are recorded from Kafka 4.3.1."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config.dynamic import (
    is_list_broker_config,
    is_list_group_config,
    validate_broker_configs,
    validate_default_broker_configs,
    validate_group_configs,
)
from wirekafka.config.parse import load

LAYERS = load(assignments=["log.cleaner.threads=2"]).layers
THREADS = "Invalid value org.apache.kafka.common.config.ConfigException: "
INVALID_DYNAMIC = " for configuration Invalid dynamic configuration"


@pytest.mark.parametrize(
    ("configs", "message"),
    [
        (
            {"log.cleaner.threads": "3", "num.partitions": "x", "node.id": "4"},
            "Cannot update these configs dynamically: [node.id, num.partitions]",
        ),
        (
            {"ssl.keystore.location": "/x"},
            "These security configs can be dynamically updated only per-listener using the "
            "listener prefix: [ssl.keystore.location]",
        ),
        (
            {"message.max.bytes": "-1"},
            "Invalid value -1 for configuration message.max.bytes: Value must be at least 0",
        ),
        (
            {"log.retention.ms": "0"},
            "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or "
            "equal to 1",
        ),
        (
            {"log.roll.ms": "0"},
            "requirement failed: log.roll.ms must be greater than or equal to 1",
        ),
        (
            {"max.connections.per.ip": "0"},
            "requirement failed: max.connections.per.ip can be set to zero only if "
            "max.connections.per.ip.overrides property is set.",
        ),
        (
            {"log.cleaner.threads": "30"},
            THREADS + "Log cleaner threads cannot be increased to more than double the current "
            "value 2" + INVALID_DYNAMIC,
        ),
        (
            {"num.io.threads": "3"},
            THREADS + "Dynamic thread count update validation failed for num.io.threads=3, value "
            "should be at least half the current value 8" + INVALID_DYNAMIC,
        ),
        (
            {"leader.replication.throttled.rate": "-1"},
            "Invalid value -1 for configuration leader.replication.throttled.rate: "
            "Value must be at least 0",
        ),
    ],
)
def test_broker_configs_refused(configs: dict[str, str], message: str) -> None:
    for validate in (validate_broker_configs, validate_default_broker_configs):
        with pytest.raises(ApiError) as caught:
            validate(LAYERS, configs)
        assert caught.value.code is ErrorCode.INVALID_REQUEST
        assert caught.value.message == message


def test_a_running_broker_keeps_one_cleaner_thread() -> None:
    """Half of one thread, rounded down, is none; Kafka refuses that with "/ by zero"."""
    with pytest.raises(ApiError) as caught:
        validate_broker_configs(load().layers, {"log.cleaner.threads": "0"})
    assert caught.value.code is ErrorCode.INVALID_REQUEST
    assert caught.value.message == "log.cleaner.threads must be at least 1 while the broker runs"


@pytest.mark.parametrize(
    "configs",
    [
        {"log.retention.ms": "1000"},
        {"log.retention.ms": "-5"},
        {"no.such": "1"},
        {"retention.ms": "5"},
        {"max.connections": "5"},
        {"listener.name.plaintext.max.connections": "5"},
        {"listener.name.plaintext.num.partitions": "5"},
        {"leader.replication.throttled.rate": "100"},
        {"max.connections.per.ip.overrides": "127.0.0.1:5", "max.connections.per.ip": "0"},
        {"background.threads": "5"},
        {"log.cleanup.policy": "compact,delete"},
    ],
)
def test_broker_configs_accepted(configs: dict[str, str]) -> None:
    validate_broker_configs(LAYERS, configs)
    validate_default_broker_configs(LAYERS, configs)


def test_a_security_config_of_a_listener_is_accepted_for_one_broker() -> None:
    validate_broker_configs(LAYERS, {"listener.name.plaintext.ssl.keystore.location": "/x"})


def test_a_config_of_one_broker_cannot_be_set_for_all() -> None:
    with pytest.raises(ApiError, match=r"at default cluster level.*\[listeners\]"):
        validate_default_broker_configs(LAYERS, {"listeners": "PLAINTEXT://:1"})


def test_min_insync_replicas_can_be_set_for_all_brokers_only() -> None:
    validate_default_broker_configs(LAYERS, {"min.insync.replicas": "2"})
    with pytest.raises(ApiError, match="while ELR is enabled") as caught:
        validate_broker_configs(LAYERS, {"min.insync.replicas": "2"})
    assert caught.value.code is ErrorCode.INVALID_CONFIG


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


def test_lists() -> None:
    assert is_list_broker_config("log.cleanup.policy")
    assert not is_list_broker_config("message.max.bytes")
    assert not is_list_broker_config("no.such")
    assert not is_list_group_config("consumer.session.timeout.ms")
