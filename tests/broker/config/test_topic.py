"""Validation of topic configs; the messages are recorded from Kafka 4.3.1."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config.topic import (
    is_known,
    is_list,
    validate_topic_config,
    validate_topic_configs,
)


@pytest.mark.parametrize(
    ("configs", "message"),
    [
        ({"no.such": "1"}, "Unknown topic config name: no.such"),
        ({"retention.ms": "y", "no.such": "1"}, "Unknown topic config name: no.such"),
        ({"retention.ms": None}, "Null value not supported for topic configs: retention.ms"),
        (
            {"retention.ms": "-2"},
            "Invalid value -2 for configuration retention.ms: Value must be at least -1",
        ),
        (
            {"min.compaction.lag.ms": "10", "max.compaction.lag.ms": "5"},
            "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)",
        ),
        (
            {"remote.storage.enable": "true"},
            "Tiered Storage functionality is disabled in the broker. "
            "Topic cannot be configured with remote log storage.",
        ),
    ],
)
def test_refused(configs: dict[str, str | None], message: str) -> None:
    with pytest.raises(ApiError) as caught:
        validate_topic_configs(configs)
    assert caught.value.code is ErrorCode.INVALID_CONFIG
    assert caught.value.message == message


def test_accepted_values_are_parsed() -> None:
    found = validate_topic_configs({"retention.bytes": " 5 ", "cleanup.policy": ""})
    assert found == {"retention.bytes": 5, "cleanup.policy": []}
    assert validate_topic_config("preallocate", "TRUE") is True


def test_which_configs_are_known_and_lists() -> None:
    assert is_known("retention.ms")
    assert not is_known("log.retention.ms")
    assert is_list("cleanup.policy")
    assert not is_list("retention.ms")
    assert not is_list("no.such")
