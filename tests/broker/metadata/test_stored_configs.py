"""Configs of client metrics subscriptions; refusals and their order are recorded from Kafka."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config.parse import load
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.metadata.stored_configs import StoredConfigRules

SUBSCRIPTION = (ConfigResourceType.CLIENT_METRICS, "m")
INVALID_CONFIG, INVALID_REQUEST = ErrorCode.INVALID_CONFIG, ErrorCode.INVALID_REQUEST


@pytest.fixture
def rules() -> StoredConfigRules:
    layers = load().layers
    return StoredConfigRules(lambda: layers)


@pytest.mark.parametrize(
    ("configs", "code", "message"),
    [
        (
            {"interval.ms": "soon", "no.such": "x"},
            INVALID_REQUEST,
            "Unknown client metrics configuration: no.such",
        ),
        (
            {"match": "x", "interval.ms": "soon"},
            INVALID_CONFIG,
            "Invalid value soon for configuration interval.ms: Not a number of type INT",
        ),
        (
            {"match": "x", "interval.ms": "99"},
            INVALID_REQUEST,
            "Invalid value 99 for interval.ms, interval must be between 100 and 3600000 (1 hour)",
        ),
        ({"metrics": "a,,b"}, INVALID_CONFIG, "Configuration 'metrics' values must not be empty."),
        ({"match": ","}, INVALID_CONFIG, "Configuration 'match' values must not be empty."),
        ({"match": "client_id="}, INVALID_CONFIG, "Illegal client matching pattern: client_id="),
        ({"match": "color=red"}, INVALID_CONFIG, "Illegal client matching pattern: color=red"),
        (
            {"match": "client_id=a=b"},
            INVALID_CONFIG,
            "Illegal client matching pattern: client_id=a=b",
        ),
        (
            {"match": "client_id=*a"},
            INVALID_CONFIG,
            "Illegal client matching pattern: client_id=*a",
        ),
    ],
)
def test_subscriptions_refused(
    rules: StoredConfigRules, configs: dict[str, str], code: ErrorCode, message: str
) -> None:
    with pytest.raises(ApiError) as caught:
        rules.validate(SUBSCRIPTION, configs)
    assert (caught.value.code, caught.value.message) == (code, message)


@pytest.mark.parametrize(
    "configs",
    [
        {},
        {"interval.ms": "100"},
        {"interval.ms": "3600000"},
        {"metrics": ""},
        {"metrics": "a, a"},
        {"match": " client_id = a , client_source_port=80"},
        {"match": r"client_id=\p{Alpha}+,client_software_name=(?<name>x)"},
    ],
)
def test_subscriptions_accepted(rules: StoredConfigRules, configs: dict[str, str]) -> None:
    rules.validate(SUBSCRIPTION, configs)


def test_only_lists_of_topics_and_brokers_grow_in_parts(rules: StoredConfigRules) -> None:
    kinds = ConfigResourceType
    assert rules.is_list(kinds.TOPIC, "cleanup.policy")
    assert rules.is_list(kinds.BROKER, "log.cleanup.policy")
    assert not rules.is_list(kinds.BROKER, "listener.name.x.sasl.enabled.mechanisms")
    assert not rules.is_list(kinds.CLIENT_METRICS, "metrics")
    assert not rules.is_list(kinds.GROUP, "consumer.session.timeout.ms")
