"""What is in effect: layers, names that stand in for others, the broker's and a topic's view."""

from __future__ import annotations

import pytest

from wirekafka.config.layers import ConfigLayers, effective_texts, effective_value
from wirekafka.config.parse import load
from wirekafka.config.property import ConfigError
from wirekafka.config.values import Value
from wirekafka.config.views import broker_config, parse_connection_limits, topic_config


def layers(*assignments: str) -> ConfigLayers:
    return load(assignments=assignments).layers


def test_broker_view_of_nothing_is_kafkas_defaults_and_our_presets() -> None:
    config = broker_config(layers())
    assert config.node_id == 1
    assert [str(listener) for listener in config.listeners] == ["PLAINTEXT://:9092"]
    assert config.advertised_listeners == {}
    assert config.log_dirs == ("/tmp/kafka-logs",)
    assert config.message_max_bytes == 1_048_588
    assert config.group_initial_rebalance_delay_ms == 0
    assert config.offsets_topic_replication_factor == 1


def test_log_dirs_beat_log_dir() -> None:
    assert broker_config(layers("log.dir=/a")).log_dirs == ("/a",)
    assert broker_config(layers("log.dir=/a", "log.dirs=/b, /c")).log_dirs == ("/b", "/c")


def test_a_log_directory_named_twice_is_refused() -> None:
    with pytest.raises(ConfigError, match="named twice"):
        layers("log.dirs=/b,/b")


@pytest.mark.parametrize(
    ("assignments", "name", "value"),
    [
        ([], "log.retention.ms", 604_800_000),
        (["log.retention.hours=24"], "log.retention.ms", 86_400_000),
        (["log.retention.hours=24", "log.retention.minutes=1"], "log.retention.ms", 60_000),
        (["log.retention.minutes=1", "log.retention.ms=5"], "log.retention.ms", 5),
        (["log.retention.hours=-1"], "log.retention.ms", -1),
        (["log.retention.ms=-7"], "log.retention.ms", -1),
        ([], "log.roll.ms", 604_800_000),
        (["log.roll.hours=1"], "log.roll.ms", 3_600_000),
        (["log.roll.jitter.hours=1"], "log.roll.jitter.ms", 3_600_000),
        (["log.flush.scheduler.interval.ms=9"], "log.flush.interval.ms", 9),
        ([], "log.flush.interval.ms", 2**63 - 1),
    ],
)
def test_hours_and_minutes_stand_in_for_ms(assignments: list[str], name: str, value: Value) -> None:
    assert effective_value(effective_texts(layers(*assignments)), name) == value


def test_dynamic_of_the_broker_beats_dynamic_of_all_beats_static() -> None:
    static = {"message.max.bytes": "1", "fetch.max.bytes": "1", "num.partitions": "1"}
    both = ConfigLayers(
        static,
        dynamic_default={"message.max.bytes": "2", "fetch.max.bytes": "2"},
        dynamic_broker={"fetch.max.bytes": "3"},
    )
    assert effective_texts(both) == {
        "message.max.bytes": "2",
        "fetch.max.bytes": "3",
        "num.partitions": "1",
    }


def test_a_dynamic_config_pushes_aside_its_static_synonyms() -> None:
    both = ConfigLayers(
        {"log.retention.ms": "5", "log.retention.minutes": "5"},
        dynamic_default={"log.retention.ms": "7000"},
    )
    assert effective_texts(both) == {"log.retention.ms": "7000"}


def test_topic_view_lays_overrides_over_the_broker() -> None:
    base = layers("log.retention.hours=1", "log.segment.bytes=2097152", "compression.type=gzip")
    config = topic_config(base, {"retention.ms": " 5 ", "cleanup.policy": "compact, delete"})
    assert config.retention_ms == 5
    assert config.cleanup_policy == {"compact", "delete"}
    assert config.segment_bytes == 2_097_152
    assert config.compression_type == "gzip"
    assert topic_config(base, {}).retention_ms == 3_600_000
    assert topic_config(base, {}).max_message_bytes == 1_048_588


def test_topic_view_follows_dynamic_broker_configs() -> None:
    base = ConfigLayers(layers().static, dynamic_default={"min.insync.replicas": "2"})
    assert topic_config(base, {}).min_insync_replicas == 2


def test_connection_limits() -> None:
    assert parse_connection_limits("") == {}
    assert parse_connection_limits("127.0.0.1:5, [::1]:6") == {"127.0.0.1": 5, "::1": 6}
    with pytest.raises(ConfigError, match="is not host:number"):
        parse_connection_limits("x")
