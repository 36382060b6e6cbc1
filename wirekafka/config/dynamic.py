"""Changes of a running broker's and of a group's configs: what is allowed, and Kafka's refusals.

Brokers (`DynamicBrokerConfig.validate`): names that need a restart, then security configs without a
listener's prefix, then configs of one broker set for all, then each value, then what does not fit
together. All are INVALID_REQUEST. Names that the broker does not know are accepted and kept, as
plug-ins may read them. Deleting a config is always allowed.

Groups (`GroupConfigManager.validate`): every value, then the bounds which the broker sets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config.broker_properties import broker_properties, dynamic_properties, find
from wirekafka.config.group_properties import GROUP_PROPERTIES
from wirekafka.config.layers import ConfigLayers, effective_texts, effective_value
from wirekafka.config.property import (
    LIST,
    PER_BROKER,
    READ_ONLY,
    ConfigError,
    Property,
)
from wirekafka.config.values import Value, value_of
from wirekafka.config.views import broker_config, parse_connection_limits
from wirekafka.config.without_effect import hint

# DYNAMIC_SECURITY_CONFIGS of DynamicBrokerConfig.
_PER_LISTENER = frozenset({
    "ssl.key.password", "ssl.keystore.certificate.chain", "ssl.keystore.key",
    "ssl.keystore.location", "ssl.keystore.password", "ssl.keystore.type",
    "ssl.truststore.certificates", "ssl.truststore.location", "ssl.truststore.password",
    "ssl.truststore.type",
})  # fmt: skip
_THREADS = frozenset({
    "background.threads", "log.cleaner.threads", "num.io.threads", "num.network.threads",
    "num.recovery.threads.per.data.dir", "num.replica.fetchers",
})  # fmt: skip
# Kafka opens and closes listeners while it runs; here a refusal is better than no effect.
_NEED_RESTART = frozenset({"listeners", "listener.security.protocol.map"})
_GROUP_PROPERTIES = {row.name: row for row in GROUP_PROPERTIES}


def is_list_broker_config(name: str) -> bool:
    """Whether APPEND and SUBTRACT work on this broker config."""
    prop = find(name, dynamic_properties())
    return prop is not None and prop.type is LIST


def is_list_group_config(name: str) -> bool:
    """Whether APPEND and SUBTRACT work on this group config: no group config is a list."""
    return name in _GROUP_PROPERTIES and _GROUP_PROPERTIES[name].type is LIST


def validate_broker_configs(layers: ConfigLayers, configs: Mapping[str, str]) -> None:
    """Check what is about to become this broker's dynamic configs; raises ApiError."""
    _check_names(configs)
    restart = sorted(_NEED_RESTART.intersection(configs))
    if restart:
        raise _refused(f"Cannot update these configs without a restart: [{', '.join(restart)}]")
    values = _check_values(configs)
    _check_together(layers, configs, values)
    if "min.insync.replicas" in configs:
        # With eligible leader replicas (KIP-966, on in a fresh 4.x cluster) only one value exists.
        message = "Broker-level min.insync.replicas cannot be altered while ELR is enabled."
        raise ApiError(ErrorCode.INVALID_CONFIG, message)
    _check_result(replace(layers, dynamic_broker=configs))


def validate_default_broker_configs(layers: ConfigLayers, configs: Mapping[str, str]) -> None:
    """Check what is about to become the dynamic configs of all brokers; raises ApiError."""
    _check_names(configs)
    table = dynamic_properties()
    rows = {name: find(name, table) for name in configs}
    own = sorted(name for name, row in rows.items() if row and row.update is PER_BROKER)
    if own:
        raise _refused(
            "Cannot update these configs at default cluster level, broker id must be specified: "
            f"[{', '.join(own)}]"
        )
    _check_together(layers, configs, _check_values(configs))
    _check_result(replace(layers, dynamic_default=configs))


def validate_group_configs(layers: ConfigLayers, configs: Mapping[str, str]) -> dict[str, Value]:
    """Check all configs that a group is about to have; raises ApiError(INVALID_CONFIG)."""
    for name in configs:
        if name not in _GROUP_PROPERTIES:
            message = f"Unknown group config name: {name}{hint(name, _GROUP_PROPERTIES)}"
            raise ApiError(ErrorCode.INVALID_CONFIG, message)
    try:
        values = {name: value_of(_GROUP_PROPERTIES[name], text) for name, text in configs.items()}
    except ConfigError as error:
        raise ApiError(ErrorCode.INVALID_CONFIG, str(error)) from None
    texts = effective_texts(layers)
    for name, value in values.items():
        _check_bounds(texts, name, value)
    return values


def _check_names(configs: Mapping[str, str]) -> None:
    table = dynamic_properties()
    fixed = sorted(name for name in configs if name in table and _is_fixed(table[name]))
    if fixed:
        raise _refused(f"Cannot update these configs dynamically: [{', '.join(fixed)}]")
    bare = sorted(_PER_LISTENER.intersection(configs))
    if bare:
        raise _refused(
            "These security configs can be dynamically updated only per-listener using the "
            f"listener prefix: [{', '.join(bare)}]"
        )


def _is_fixed(prop: Property) -> bool:
    return prop.update is READ_ONLY


def _check_values(configs: Mapping[str, str]) -> dict[str, Value]:
    table = dynamic_properties()
    values: dict[str, Value] = {}
    for name, text in configs.items():
        prop = find(name, table)
        if prop is None:
            continue
        try:
            values[name] = value_of(prop._replace(name=name), text)
        except ConfigError as error:
            raise _refused(str(error)) from None
    return values


def _check_together(
    layers: ConfigLayers, configs: Mapping[str, str], values: Mapping[str, Value]
) -> None:
    if values.get("log.retention.ms") == 0:
        raise _refused(
            "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or "
            "equal to 1"
        )
    roll_ms = values.get("log.roll.ms")
    if isinstance(roll_ms, int) and roll_ms < 1:
        raise _refused("requirement failed: log.roll.ms must be greater than or equal to 1")
    limits = configs.get("max.connections.per.ip.overrides")
    try:
        parse_connection_limits(limits or "")
    except ConfigError as error:
        raise _refused(str(error)) from None
    if values.get("max.connections.per.ip") == 0 and not limits:
        raise _refused(
            "requirement failed: max.connections.per.ip can be set to zero only if "
            "max.connections.per.ip.overrides property is set."
        )
    texts = effective_texts(layers)
    for name in sorted(_THREADS.intersection(values)):
        now, wanted = effective_value(texts, name), values[name]
        assert isinstance(now, int)
        assert isinstance(wanted, int)
        _check_threads(name, now, wanted)


def _check_result(layers: ConfigLayers) -> None:
    """What the broker would run with must be possible, static configs included."""
    try:
        broker_config(layers)
    except ConfigError as error:
        raise _refused(f"requirement failed: {error}") from None


def _check_threads(name: str, now: int, wanted: int) -> None:
    """A pool of threads may at most double or halve at once."""
    if name == "log.cleaner.threads":
        too_many = "Log cleaner threads cannot be increased to more than double the current value"
        too_few = "Log cleaner threads cannot be reduced to less than half the current value"
    else:
        start = f"Dynamic thread count update validation failed for {name}={wanted}, value should "
        too_many = start + "not be greater than double the current value"
        too_few = start + "be at least half the current value"
    if now // 2 <= wanted <= now * 2:
        if wanted == 0:
            # Half of one thread; Kafka then divides by it, and refuses by failing.
            raise _refused(f"{name} must be at least 1 while the broker runs")
        return
    reason = too_many if wanted > now else too_few
    raise _refused(
        f"Invalid value org.apache.kafka.common.config.ConfigException: {reason} {now} "
        "for configuration Invalid dynamic configuration"
    )


def _check_bounds(texts: Mapping[str, str], name: str, value: Value) -> None:
    """consumer.x is bounded by the broker's group.consumer.min.x and group.consumer.max.x."""
    kind, _, rest = name.partition(".")
    rest = rest.removeprefix("num.")
    table = broker_properties()
    low_name, high_name = f"group.{kind}.min.{rest}", f"group.{kind}.max.{rest}"
    low = effective_value(texts, low_name) if low_name in table else None
    high = effective_value(texts, high_name) if high_name in table else None
    reason = None
    if isinstance(value, int) and isinstance(low, int) and value < low:
        reason = f"{name} must be greater than or equal to {low_name}"
    if isinstance(value, int) and isinstance(high, int) and value > high:
        reason = f"{name} must be less than or equal to {high_name}"
    if reason is not None:
        raise ApiError(ErrorCode.INVALID_CONFIG, reason)


def _refused(message: str) -> ApiError:
    return ApiError(ErrorCode.INVALID_REQUEST, message)
