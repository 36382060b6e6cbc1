"""Typed views of the configs: what the broker and a topic run with.

A view is a frozen value made from the texts of all layers at once, so a change of one config is a
new view and never a half-changed one. Field names are Kafka's names with underscores; the units of
Kafka's names that lack one are in the docstrings. Only what the broker acts on is here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from wirekafka.config.broker_properties import broker_properties, dynamic_properties
from wirekafka.config.layers import ConfigLayers, effective_texts, effective_value
from wirekafka.config.listeners import (
    Listener,
    parse_advertised,
    parse_listeners,
    parse_protocol_map,
)
from wirekafka.config.property import INT, ConfigError
from wirekafka.config.topic_properties import TOPIC_PROPERTIES
from wirekafka.config.values import Value, parse

_NODE_ID_UNSET = -1
_INTER_BROKER_LISTENER = "PLAINTEXT"
_ASSIGNORS = ("uniform", "range")
_LEAST_DEDUPE_BYTES = 1_048_576
"""Of each cleaner thread; it must have more."""


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
    max_connection_creation_rate: int
    """Per second."""
    listeners_max_connection_creation_rate: Mapping[str, int]
    """The same by listener name."""
    listeners_max_connections: Mapping[str, int]
    """By listener name."""
    broker_rack: str | None
    inter_broker_listener_name: str
    """The listener by which brokers talk to each other."""
    quota_window_num: int
    quota_window_size_seconds: int
    controller_quota_window_num: int
    controller_quota_window_size_seconds: int
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
    group_consumer_assignment_interval_ms: int
    group_consumer_assignment_interval_is_set: bool
    """To whatever value, by anybody."""
    group_consumer_assignors: tuple[str, ...]
    """The first is the default."""
    group_consumer_heartbeat_interval_ms: int
    group_consumer_heartbeat_interval_is_set: bool
    """To whatever value, by anybody."""
    group_consumer_max_assignment_interval_ms: int
    group_consumer_max_heartbeat_interval_ms: int
    group_consumer_max_session_timeout_ms: int
    group_consumer_max_size: int
    group_consumer_migration_policy: str
    group_consumer_min_assignment_interval_ms: int
    group_consumer_min_heartbeat_interval_ms: int
    group_consumer_min_session_timeout_ms: int
    group_consumer_regex_refresh_interval_ms: int
    group_consumer_session_timeout_ms: int
    group_coordinator_rebalance_protocols: frozenset[str]
    """Of them "classic" always, and "consumer" where the broker speaks that protocol."""
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
    "group_consumer_assignors", "group_consumer_migration_policy",
    "group_consumer_assignment_interval_is_set", "group_consumer_heartbeat_interval_is_set",
    "group_coordinator_rebalance_protocols",
    "max_connections_per_ip_overrides", "listeners_max_connection_creation_rate",
    "listeners_max_connections",
    "inter_broker_listener_name",
    "replica_alter_log_dirs_io_max_bytes_per_second",
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
    _check_authorizer(texts)
    _check_assignors(texts)
    for kind in ("consumer", "share", "streams"):
        _check_groups(texts, kind)
    return BrokerConfig(
        node_id=_node_id(texts),
        listeners=listeners,
        advertised_listeners=advertised,
        log_dirs=_log_dirs(texts),
        cordoned_log_dirs=_cordoned(texts),
        group_consumer_assignment_interval_is_set="group.consumer.assignment.interval.ms" in texts,
        group_consumer_heartbeat_interval_is_set="group.consumer.heartbeat.interval.ms" in texts,
        group_consumer_assignors=tuple(
            name.strip() for name in _list(texts, "group.consumer.assignors")
        ),
        group_consumer_migration_policy=_text(texts, "group.consumer.migration.policy").lower(),
        group_coordinator_rebalance_protocols=_rebalance_protocols(texts),
        max_connections_per_ip_overrides=overrides,
        listeners_max_connection_creation_rate={
            listener.name: _of_listener(texts, listener.name, "max.connection.creation.rate")
            for listener in listeners
        },
        listeners_max_connections={
            listener.name: _of_listener(texts, listener.name, "max.connections")
            for listener in listeners
        },
        inter_broker_listener_name=str(
            effective_value(texts, "inter.broker.listener.name") or _INTER_BROKER_LISTENER
        ),
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
        host, colon, text_of_limit = entry.rpartition(":")
        limit: Value = None
        with suppress(ConfigError):
            limit = parse(entry, INT, text_of_limit) if colon else None
        if not isinstance(limit, int):
            raise ConfigError(f"max.connections.per.ip.overrides: {entry!r} is not host:number")
        limits[host.strip().strip("[]")] = limit
    return limits


def _check_together(texts: Mapping[str, str]) -> None:
    """What Kafka refuses although each value is valid by itself (`KafkaConfig.validateValues`)."""
    if effective_value(texts, "log.retention.ms") == 0:
        raise ConfigError("log.retention.ms must be at least 1, or -1 for no limit")
    if effective_value(texts, "max.connections.per.ip") == 0 and not texts.get(
        "max.connections.per.ip.overrides"
    ):
        raise ConfigError("max.connections.per.ip can be 0 only with overrides for some addresses")
    dedupe_bytes = effective_value(texts, "log.cleaner.dedupe.buffer.size")
    threads = effective_value(texts, "log.cleaner.threads")
    assert isinstance(dedupe_bytes, int)
    assert isinstance(threads, int)
    if threads and dedupe_bytes // threads <= _LEAST_DEDUPE_BYTES:
        raise ConfigError("log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.")
    unknown = sorted(set(_list(texts, "cordoned.log.dirs")) - _known_log_dirs(texts) - {"*"})
    if unknown:
        raise ConfigError(
            "All entries in cordoned.log.dirs must be present in log.dirs or log.dir. Missing "
            f"entries : {', '.join(unknown)}"
        )


def _check_authorizer(texts: Mapping[str, str]) -> None:
    """Whoever names an authorizer must not be served by a broker that lets everybody in."""
    name = _text(texts, "authorizer.class.name").strip()
    if name:
        raise ConfigError(
            f"authorizer.class.name: {name} cannot be used, wirekafka has no authorizer yet; leave "
            "it empty for a broker that allows everything"
        )


def _check_assignors(texts: Mapping[str, str]) -> None:
    """Any other name is a Java class to Kafka, which starts only if it can load it."""
    assignors = [name.strip() for name in _list(texts, "group.consumer.assignors")]
    if not assignors:
        raise ConfigError(
            "Configuration 'group.consumer.assignors' must not be empty. Valid values include: any "
            "non-empty value"
        )
    for name in assignors:
        if name not in _ASSIGNORS:
            raise ConfigError(
                f"group.consumer.assignors: Class {name} cannot be found; the assignors are "
                f"{', '.join(_ASSIGNORS)}"
            )


def _rebalance_protocols(texts: Mapping[str, str]) -> frozenset[str]:
    """Those that are known, the classic one among them (`GroupCoordinatorConfig`)."""
    name = "group.coordinator.rebalance.protocols"
    protocols = _list(texts, name)
    if not protocols:
        raise ConfigError(
            f"Configuration '{name}' must not be empty. Valid values include: "
            f"{broker_properties()[name].valid}"
        )
    if "classic" not in protocols:
        raise ConfigError(f"{name}: Disabling the 'classic' protocol is not supported.")
    return frozenset(protocols)


def _check_groups(texts: Mapping[str, str], kind: str) -> None:
    """What groups have by default lies within the bounds that they may ask for
    (`GroupCoordinatorConfig`)."""
    values: dict[str, int] = {}
    for rest in ("heartbeat.interval.ms", "session.timeout.ms", "assignment.interval.ms"):
        low, name, high = (f"group.{kind}.{bound}{rest}" for bound in ("min.", "", "max."))
        for each in (low, name, high):
            value = effective_value(texts, each)
            assert isinstance(value, int)
            values[each] = value
        for larger, smaller in ((high, low), (name, low)):
            if values[larger] < values[smaller]:
                raise ConfigError(f"{larger} must be greater than or equal to {smaller}")
        if values[name] > values[high]:
            raise ConfigError(f"{name} must be less than or equal to {high}")
    beat, session = f"group.{kind}.heartbeat.interval.ms", f"group.{kind}.session.timeout.ms"
    if values[beat] >= values[session]:
        raise ConfigError(f"{beat} must be less than {session}")


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


def _of_listener(texts: Mapping[str, str], listener: str, name: str) -> int:
    """The listener's own value, or the one of all listeners."""
    own = texts.get(f"listener.name.{listener.lower()}.{name}")
    value = parse(name, INT, own) if own is not None else effective_value(texts, name)
    assert isinstance(value, int)
    return value


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


def _known_log_dirs(texts: Mapping[str, str]) -> set[str]:
    return {os.path.abspath(path) for path in _log_dirs(texts)}


def _list(texts: Mapping[str, str], name: str) -> list[str]:
    value = effective_value(texts, name)
    assert value is None or isinstance(value, list), name
    return value or []


def _text(texts: Mapping[str, str], name: str) -> str:
    value = effective_value(texts, name)
    assert isinstance(value, str), name
    return value
