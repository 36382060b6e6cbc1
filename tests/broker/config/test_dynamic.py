"""Dynamic changes of broker configs; refusals are recorded from Kafka 4.3.1."""

from __future__ import annotations

from dataclasses import replace

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config.dynamic import (
    is_list_broker_config,
    validate_broker_configs,
    validate_default_broker_configs,
)
from wirekafka.config.layers import ConfigLayers
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
            {"log.roll.jitter.ms": "-1"},
            "requirement failed: log.roll.jitter.ms must be greater than or equal to 0",
        ),
        (
            {"group.consumer.assignment.interval.ms": "2147483647"},
            "group.consumer.assignment.interval.ms must be less than or equal to "
            "group.consumer.max.assignment.interval.ms",
        ),
        (
            {"sasl.enabled.mechanisms": "GSSAPI,"},
            "Configuration 'sasl.enabled.mechanisms' values must not be empty.",
        ),
        (
            {"cordoned.log.dirs": "a,,b"},
            "Configuration 'cordoned.log.dirs' values must not be empty.",
        ),
        (
            {"max.connections.per.ip.overrides": "a:2147483648"},
            "max.connections.per.ip.overrides: 'a:2147483648' is not host:number",
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
        (
            {"log.roll.ms": "0", "log.retention.ms": "0"},
            "requirement failed: log.roll.ms must be greater than or equal to 1",
        ),
        (
            {"log.initial.task.delay.ms": "1"},
            "Cannot update these configs dynamically: [log.initial.task.delay.ms]",
        ),
        (
            {"listener.name.plaintext.max.connections": "many"},
            "Invalid value many for configuration max.connections: Not a number of type INT",
        ),
        (
            {"listener.name..max.connections": "many"},
            "Invalid value many for configuration max.connections: Not a number of type INT",
        ),
        ({"max.connections": "0"}, THREADS + "Invalid max.connections 0" + INVALID_DYNAMIC),
        (
            {"listener.name.plaintext.max.connection.creation.rate": "0"},
            THREADS + "Invalid max.connection.creation.rate 0" + INVALID_DYNAMIC,
        ),
        (
            {"listener.name.plaintext.num.network.threads": "7"},
            THREADS + "Dynamic thread count update validation failed for num.network.threads=7, "
            "value should not be greater than double the current value 3" + INVALID_DYNAMIC,
        ),
        (
            {"remote.log.reader.threads": "4"},
            THREADS + "Dynamic thread count update validation failed for "
            "remote.log.reader.threads=4, value should be at least half the current value 10"
            + INVALID_DYNAMIC,
        ),
        (
            {"log.local.retention.ms": "604800001"},
            THREADS + "Invalid value 604800001 for configuration log.local.retention.ms: Value "
            "must not be more than log.retention.ms property value: 604800000" + INVALID_DYNAMIC,
        ),
        (
            {"log.local.retention.bytes": "-1", "log.retention.bytes": "5"},
            THREADS + "Invalid value -1 for configuration log.local.retention.bytes: Value must "
            "not be -1 as log.retention.bytes value is set as 5." + INVALID_DYNAMIC,
        ),
        (
            {"log.cleaner.dedupe.buffer.size": "2097152"},  # for two threads
            "requirement failed: log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner "
            "thread.",
        ),
        (
            {"metric.reporters": "no.such.Reporter"},
            THREADS
            + "Validation of dynamic config update of metric.reporters failed"
            + INVALID_DYNAMIC,
        ),
        (
            {"principal.builder.class": "no.such.Builder"},
            "Invalid value no.such.Builder for configuration principal.builder.class: Class "
            "no.such.Builder could not be found.",
        ),
    ],
)
def test_broker_configs_refused(configs: dict[str, str], message: str) -> None:
    for validate in (validate_broker_configs, validate_default_broker_configs):
        with pytest.raises(ApiError) as caught:
            validate(LAYERS, configs)
        assert caught.value.code is ErrorCode.INVALID_REQUEST
        assert caught.value.message == message


@pytest.mark.parametrize(
    ("present", "deleted", "message"),
    [
        (
            {"log.cleaner.threads": "4"},
            "log.cleaner.threads",
            "Log cleaner threads cannot be reduced to less than half the current value 4",
        ),
        (
            {"background.threads": "3"},
            "background.threads",
            "Dynamic thread count update validation failed for background.threads=10, value "
            "should not be greater than double the current value 3",
        ),
        (
            {"listener.name.plaintext.num.network.threads": "8", "num.network.threads": "2"},
            "listener.name.plaintext.num.network.threads",
            "Dynamic thread count update validation failed for num.network.threads=2, value "
            "should be at least half the current value 8",
        ),
    ],
)
def test_what_comes_back_when_a_thread_config_is_deleted_is_not_too_far_away(
    present: dict[str, str], deleted: str, message: str
) -> None:
    """Recorded from Kafka 4.3.1."""
    rest = {name: text for name, text in present.items() if name != deleted}
    of_one = _running_with(present)
    with pytest.raises(ApiError) as caught:
        validate_broker_configs(of_one, rest)
    assert caught.value.message == THREADS + message + INVALID_DYNAMIC
    validate_broker_configs(of_one, present)


def test_numbers_of_threads_are_compared_as_they_take_effect() -> None:
    """A default behind the broker's own value changes nothing; a listener's own value is compared
    with its own. Recorded from Kafka 4.3.1."""
    own = _running_with({"background.threads": "5"})
    validate_default_broker_configs(own, {"background.threads": "1000"})
    name = "listener.name.plaintext.num.network.threads"
    of_listener = _running_with({"num.network.threads": "2", name: "4"})
    validate_broker_configs(of_listener, {"num.network.threads": "2", name: "8"})


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
        {"listener.name.plaintext.num.network.threads": "5"},
        {"leader.replication.throttled.rate": "100"},
        {"max.connections.per.ip.overrides": "127.0.0.1:5", "max.connections.per.ip": "0"},
        {"background.threads": "5"},
        {"log.cleanup.policy": "compact,delete"},
        {"listener.name.none.max.connections": "0", "listener.name.none.num.network.threads": "9"},
        {"log.local.retention.ms": "-2"},
        {"log.local.retention.ms": "99999999999", "log.retention.ms": "-1"},
        {"metric.reporters": "org.apache.kafka.common.metrics.JmxReporter"},
        {"metric.reporters": ""},
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


@pytest.mark.parametrize(
    "name",
    [
        "ssl.client.auth",
        "listener.name.plaintext.ssl.keystore.type",
        "listener.name.plaintext.connections.max.idle.ms",
        "listener.name.plaintext.no.such",
        "listener.name.plaintext.",
    ],
)
def test_most_configs_of_listeners_cannot_be_set_for_all_brokers(name: str) -> None:
    with pytest.raises(ApiError, match=rf"at default cluster level.*\[{name}\]"):
        validate_default_broker_configs(LAYERS, {name: "none" if name[:3] == "ssl" else "5"})


def test_a_bad_value_is_told_before_the_level_it_is_set_at() -> None:
    with pytest.raises(ApiError, match=r"Invalid value x for configuration max\.connections"):
        validate_default_broker_configs(LAYERS, {"listeners": "y", "max.connections": "x"})


def test_only_log_directories_of_the_broker_can_be_cordoned() -> None:
    validate_broker_configs(LAYERS, {"cordoned.log.dirs": "*"})
    validate_broker_configs(LAYERS, {"cordoned.log.dirs": ""})
    with pytest.raises(ApiError, match="Missing entries : /nope") as caught:
        validate_broker_configs(LAYERS, {"cordoned.log.dirs": "/nope"})
    assert caught.value.code is ErrorCode.INVALID_REQUEST


def test_min_insync_replicas_can_be_set_for_all_brokers_only() -> None:
    validate_default_broker_configs(LAYERS, {"min.insync.replicas": "2"})
    with pytest.raises(ApiError, match="while ELR is enabled") as caught:
        validate_broker_configs(LAYERS, {"min.insync.replicas": "2"})
    assert caught.value.code is ErrorCode.INVALID_CONFIG


def test_lists() -> None:
    assert is_list_broker_config("log.cleanup.policy")
    assert not is_list_broker_config("message.max.bytes")
    assert not is_list_broker_config("no.such")
    assert not is_list_broker_config("leader.replication.throttled.rate")
    assert not is_list_broker_config("listener.name.internal.sasl.enabled.mechanisms")


def _running_with(configs: dict[str, str]) -> ConfigLayers:
    return replace(load().layers, dynamic_broker=configs)
