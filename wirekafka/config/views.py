"""Typed views of the configs: what the broker and a topic run with.

A view is a frozen value made from the texts of all layers at once, so a change of one config is a
new view and never a half-changed one. Field names are Kafka's names with underscores; the units of
Kafka's names that lack one are in the docstrings. Only what the broker acts on is here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from wirekafka.config.broker_properties import dynamic_properties
from wirekafka.config.layers import ConfigLayers, effective_texts, effective_value
from wirekafka.config.listeners import (
    Listener,
    parse_advertised,
    parse_listeners,
    parse_protocol_map,
)
from wirekafka.config.property import ConfigError
from wirekafka.config.topic_properties import TOPIC_PROPERTIES
from wirekafka.config.values import Value, parse

_NODE_ID_UNSET = -1


@dataclass(frozen=True, slots=True)
class BrokerConfig:
    """What the broker acts on."""

    node_id: int
    listeners: tuple[Listener, ...]
    advertised_listeners: Mapping[str, Listener]
    """By listener name; a name that is missing advertises the address a connection reached."""
    log_dirs: tuple[str, ...]
    cordoned_log_dirs: frozenset[str]
    """Those of `log_dirs` that get no new partitions."""
    num_partitions: int
    default_replication_factor: int
    auto_create_topics_enable: bool
    delete_topic_enable: bool
    message_max_bytes: int
    fetch_max_bytes: int
    max_incremental_fetch_session_cache_slots: int
    max_request_partition_size_limit: int
    """Partitions, not bytes."""
    socket_request_max_bytes: int
    socket_send_buffer_bytes: int
    socket_receive_buffer_bytes: int
    socket_listen_backlog_size: int
    connections_max_idle_ms: int
    max_connections: int
    max_connections_per_ip: int
    max_connections_per_ip_overrides: Mapping[str, int]
    log_cleaner_backoff_ms: int
    log_cleaner_dedupe_buffer_size: int
    """Bytes."""
    log_cleaner_enable: bool
    log_cleaner_io_buffer_load_factor: float
    log_cleaner_io_buffer_size: int
    """Bytes."""
    log_cleaner_io_max_bytes_per_second: float
    log_cleaner_threads: int
    log_retention_check_interval_ms: int
    log_flush_scheduler_interval_ms: int
    log_flush_offset_checkpoint_interval_ms: int
    log_flush_start_offset_checkpoint_interval_ms: int
    log_initial_task_delay_ms: int
    offsets_topic_num_partitions: int
    offsets_topic_replication_factor: int
    offsets_topic_segment_bytes: int
    offsets_retention_minutes: int
    offsets_retention_check_interval_ms: int
    offset_metadata_max_bytes: int
    group_initial_rebalance_delay_ms: int
    group_min_session_timeout_ms: int
    group_max_session_timeout_ms: int
    group_max_size: int
    producer_id_expiration_ms: int
    producer_id_expiration_check_interval_ms: int
    replica_alter_log_dirs_io_max_bytes_per_second: int | None
    """None: no limit."""
    add_partitions_to_txn_retry_backoff_ms: int
    add_partitions_to_txn_retry_backoff_max_ms: int
    transaction_abort_timed_out_transaction_cleanup_interval_ms: int
    transaction_max_timeout_ms: int
    transaction_partition_verification_enable: bool
    transaction_remove_expired_transaction_cleanup_interval_ms: int
    transaction_state_log_min_isr: int
    transaction_state_log_num_partitions: int
    transaction_state_log_replication_factor: int
    transaction_state_log_segment_bytes: int
    transactional_id_expiration_ms: int


@dataclass(frozen=True, slots=True)
class TopicConfig:
    """What a topic's partitions act on."""

    cleanup_policy: frozenset[str]
    """Some of "delete", "compact"; empty keeps everything."""
    compression_type: str
    compression_gzip_level: int
    compression_lz4_level: int
    compression_zstd_level: int
    delete_retention_ms: int
    file_delete_delay_ms: int
    flush_messages: int
    flush_ms: int
    index_interval_bytes: int
    max_compaction_lag_ms: int
    max_message_bytes: int
    message_timestamp_after_max_ms: int
    message_timestamp_before_max_ms: int
    message_timestamp_type: str
    min_cleanable_dirty_ratio: float
    min_compaction_lag_ms: int
    min_insync_replicas: int
    retention_bytes: int
    retention_ms: int
    segment_bytes: int
    segment_index_bytes: int
    segment_jitter_ms: int
    segment_ms: int
    unclean_leader_election_enable: bool


_NOT_PLAIN = frozenset({
    "node_id", "listeners", "advertised_listeners", "log_dirs", "cordoned_log_dirs",
    "max_connections_per_ip_overrides", "replica_alter_log_dirs_io_max_bytes_per_second",
})  # fmt: skip
_PLAIN_BROKER_FIELDS = tuple(
    (field, field.replace("_", "."))
    for field in BrokerConfig.__dataclass_fields__
    if field not in _NOT_PLAIN
)
_TOPIC_FIELDS = tuple(
    (prop.name.replace(".", "_"), prop)
    for prop in TOPIC_PROPERTIES
    if prop.name.replace(".", "_") in TopicConfig.__dataclass_fields__
)


def broker_config(layers: ConfigLayers) -> BrokerConfig:
    """The broker's view of `layers`; raises ConfigError where configs contradict each other."""
    texts = effective_texts(layers)
    values = {field: effective_value(texts, name) for field, name in _PLAIN_BROKER_FIELDS}
    roles = _list(texts, "process.roles")
    if roles and "broker" not in roles:
        raise ConfigError("process.roles: wirekafka is always a broker; add broker")
    protocols = parse_protocol_map(_text(texts, "listener.security.protocol.map"))
    listeners = parse_listeners(
        _list(texts, "listeners"), protocols, _list(texts, "controller.listener.names")
    )
    advertised = parse_advertised(_list(texts, "advertised.listeners"), listeners, protocols)
    overrides = parse_connection_limits(_text(texts, "max.connections.per.ip.overrides"))
    _check_together(texts)
    return BrokerConfig(
        node_id=_node_id(texts),
        listeners=listeners,
        advertised_listeners=advertised,
        log_dirs=_log_dirs(texts),
        cordoned_log_dirs=_cordoned(texts),
        max_connections_per_ip_overrides=overrides,
        replica_alter_log_dirs_io_max_bytes_per_second=_dynamic_only(
            texts, "replica.alter.log.dirs.io.max.bytes.per.second"
        ),
        **values,  # type: ignore[arg-type]  # the table gives each field its type
    )


def topic_config(layers: ConfigLayers, overrides: Mapping[str, str]) -> TopicConfig:
    """A topic's view: its own configs over the broker's. Both must have been validated."""
    return topic_config_over(effective_texts(layers), overrides)


def topic_config_over(texts: Mapping[str, str], overrides: Mapping[str, str]) -> TopicConfig:
    """As `topic_config`, over `effective_texts(layers)` computed once for many topics."""
    values: dict[str, object] = {}
    for field, prop in _TOPIC_FIELDS:
        value: Value
        if prop.name in overrides:
            value = parse(prop.name, prop.type, overrides[prop.name])
        elif prop.broker_name is not None:
            value = effective_value(texts, prop.broker_name)
        else:
            value = parse(prop.name, prop.type, prop.default)
        values[field] = frozenset(value) if isinstance(value, list) else value
    return TopicConfig(**values)  # type: ignore[arg-type]  # the table gives each field its type


def parse_connection_limits(text: str) -> dict[str, int]:
    """Address or host name -> most connections, from "host:number,…"."""
    limits = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        host, _, number = entry.rpartition(":")
        if not (host and number.strip().isdecimal()):
            raise ConfigError(f"max.connections.per.ip.overrides: {entry!r} is not host:number")
        limits[host.strip().strip("[]")] = int(number)
    return limits


def _check_together(texts: Mapping[str, str]) -> None:
    """What Kafka refuses although each value is valid by itself (`KafkaConfig.validateValues`)."""
    if effective_value(texts, "log.retention.ms") == 0:
        raise ConfigError("log.retention.ms must be at least 1, or -1 for no limit")
    if effective_value(texts, "max.connections.per.ip") == 0 and not texts.get(
        "max.connections.per.ip.overrides"
    ):
        raise ConfigError("max.connections.per.ip can be 0 only with overrides for some addresses")


def _dynamic_only(texts: Mapping[str, str], name: str) -> int | None:
    prop = dynamic_properties()[name]
    value = parse(name, prop.type, texts.get(name, prop.default))
    assert value is None or isinstance(value, int), name
    return value


def _node_id(texts: Mapping[str, str]) -> int:
    for name in ("node.id", "broker.id"):
        value = effective_value(texts, name)
        if isinstance(value, int) and value != _NODE_ID_UNSET:
            return value
    raise ConfigError("node.id is not set")


def _log_dirs(texts: Mapping[str, str]) -> tuple[str, ...]:
    directories = tuple(path for path in _list(texts, "log.dirs") if path)
    if not directories:
        raise ConfigError("log.dirs: at least one directory is needed")
    if len(set(directories)) < len(directories):
        raise ConfigError(f"log.dirs: a directory is named twice in {','.join(directories)}")
    return directories


def _cordoned(texts: Mapping[str, str]) -> frozenset[str]:
    """Absolute paths and "*" (KIP-1066), as the entries of log.dirs that they mean."""
    named = set(_list(texts, "cordoned.log.dirs"))
    return frozenset(
        path for path in _log_dirs(texts) if "*" in named or os.path.abspath(path) in named
    )


def _list(texts: Mapping[str, str], name: str) -> list[str]:
    value = effective_value(texts, name)
    assert value is None or isinstance(value, list), name
    return value or []


def _text(texts: Mapping[str, str], name: str) -> str:
    value = effective_value(texts, name)
    assert isinstance(value, str), name
    return value
