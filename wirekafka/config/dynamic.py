"""Changes of a running broker's configs: what is allowed, and Kafka's refusals.

As `DynamicBrokerConfig.validate` has it: names that need a restart, then security configs without a
listener's prefix, then each value, then configs of one broker set for all, then what does not fit
together. All are INVALID_REQUEST. Names that the broker does not know are accepted and kept, as
plug-ins may read them. Deleting a config is refused where what comes back in its place would be.

Where a config names a Java class, only Kafka's own are taken for classes that can be found.

Differs from Kafka: `listeners` and their protocols need a restart. Kafka takes new ones from a
running broker, but cannot advertise them (the quorum's registration stays as it is).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config.broker_properties import (
    base_name,
    broker_properties,
    dynamic_properties,
    settable_properties,
)
from wirekafka.config.layers import ConfigLayers, effective_texts, effective_value
from wirekafka.config.property import (
    CLASS,
    LIST,
    PER_BROKER,
    READ_ONLY,
    ConfigError,
)
from wirekafka.config.values import Value, value_of
from wirekafka.config.views import BrokerConfig, broker_config, parse_connection_limits

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
    "remote.log.manager.copier.thread.pool.size", "remote.log.manager.expiration.thread.pool.size",
    "remote.log.manager.follower.thread.pool.size", "remote.log.reader.threads",
})  # fmt: skip
# CLUSTER_LEVEL_LISTENER_CONFIGS: what all brokers may have for their listener of one name.
_OF_ANY_LISTENER = frozenset({
    "max.connection.creation.rate", "max.connections", "num.network.threads",
})  # fmt: skip
_NOT_ZERO = ("max.connections", "max.connection.creation.rate")
_LOCAL_RETENTION = (
    ("log.local.retention.ms", "log.retention.ms"),
    ("log.local.retention.bytes", "log.retention.bytes"),
)
_AS_RETENTION = -2  # of a local retention
_NO_LIMIT = -1
_MAY_HAVE_GAPS = frozenset({"config.providers"})
"""Lists that Kafka never reads as such when they change."""
_CLASS_LISTS = frozenset({"metric.reporters"})
# Kafka opens and closes listeners while it runs; here a refusal is better than no effect.
_NEED_RESTART = frozenset({"listeners", "listener.security.protocol.map"})


def is_list_broker_config(name: str) -> bool:
    """Whether APPEND and SUBTRACT work on this broker config."""
    prop = broker_properties().get(name)
    return prop is not None and prop.type is LIST


def validate_broker_configs(layers: ConfigLayers, configs: Mapping[str, str]) -> None:
    """Check what is about to become this broker's dynamic configs; raises ApiError."""
    _check_names(configs)
    restart = sorted(_NEED_RESTART.intersection(configs))
    if restart:
        raise _refused(f"Cannot update these configs without a restart: [{', '.join(restart)}]")
    _check_all(layers, replace(layers, dynamic_broker=configs), configs, _check_values(configs))
    if "min.insync.replicas" in configs:
        # With eligible leader replicas (KIP-966, on in a fresh 4.x cluster) only one value exists.
        message = "Broker-level min.insync.replicas cannot be altered while ELR is enabled."
        raise ApiError(ErrorCode.INVALID_CONFIG, message)


def validate_default_broker_configs(layers: ConfigLayers, configs: Mapping[str, str]) -> None:
    """Check what is about to become the dynamic configs of all brokers; raises ApiError."""
    _check_names(configs)
    values = _check_values(configs)
    own = sorted(filter(_is_of_one_broker, configs))
    if own:
        raise _refused(
            "Cannot update these configs at default cluster level, broker id must be specified: "
            f"[{', '.join(own)}]"
        )
    _check_all(layers, replace(layers, dynamic_default=configs), configs, values)


def _is_of_one_broker(name: str) -> bool:
    base = base_name(name)
    if base != name:
        return base not in _OF_ANY_LISTENER
    prop = dynamic_properties().get(name)
    return prop is not None and prop.update is PER_BROKER


def _check_names(configs: Mapping[str, str]) -> None:
    fixed = sorted(
        name
        for name, prop in settable_properties().items()
        if prop.update is READ_ONLY and name in configs
    )
    if fixed:
        raise _refused(f"Cannot update these configs dynamically: [{', '.join(fixed)}]")
    bare = sorted(_PER_LISTENER.intersection(configs))
    if bare:
        raise _refused(
            "These security configs can be dynamically updated only per-listener using the "
            f"listener prefix: [{', '.join(bare)}]"
        )


def _check_values(configs: Mapping[str, str]) -> dict[str, Value]:
    """The values of the known names; one with a listener's prefix is judged without it."""
    table = dynamic_properties()
    values: dict[str, Value] = {}
    for name, text in configs.items():
        prop = table.get(base_name(name))
        if prop is None:
            continue
        try:
            values[name] = value_of(prop, text)
        except ConfigError as error:
            raise _refused(str(error)) from None
        if prop.type is LIST and _has_gap(values[name]) and name not in _MAY_HAVE_GAPS:
            raise _refused(f"Configuration '{prop.name}' values must not be empty.")
        if prop.type is CLASS and not _is_class_of_kafka(text):
            raise _refused(
                f"Invalid value {text} for configuration {prop.name}: Class {text} could not be "
                "found."
            )
    return values


def _has_gap(value: Value) -> bool:
    return isinstance(value, list) and "" in value


def _is_class_of_kafka(name: str) -> bool:
    return name.strip().startswith(("org.apache.kafka.", "kafka."))


def _check_all(
    before: ConfigLayers,
    after: ConfigLayers,
    configs: Mapping[str, str],
    values: Mapping[str, Value],
) -> None:
    """What the values mean together, and against those that the broker runs with."""
    _check_together(configs, values)
    prefixes = tuple(f"listener.name.{found.name.lower()}." for found in _result(after).listeners)
    texts, new_texts = effective_texts(before), effective_texts(after)
    pools = {name for name in (*texts, *new_texts) if base_name(name) in _THREADS}
    for name in sorted({*values, *pools}):
        base, wanted = base_name(name), values.get(name)
        if base != name and not name.startswith(prefixes):
            continue  # of a listener that is not there
        if base in _THREADS:
            _check_threads(base, _threads(texts, name), _threads(new_texts, name))
        elif base in _NOT_ZERO and wanted == 0:
            raise _cannot_become(f"Invalid {base} 0")
        elif name in _CLASS_LISTS:
            assert isinstance(wanted, list)
            if not all(map(_is_class_of_kafka, wanted)):
                raise _cannot_become(f"Validation of dynamic config update of {name} failed")
    _check_local_retention(configs, new_texts)


def _check_together(configs: Mapping[str, str], values: Mapping[str, Value]) -> None:
    roll_ms = values.get("log.roll.ms")
    if isinstance(roll_ms, int) and roll_ms < 1:
        raise _refused("requirement failed: log.roll.ms must be greater than or equal to 1")
    jitter_ms = values.get("log.roll.jitter.ms")
    if isinstance(jitter_ms, int) and jitter_ms < 0:
        raise _refused("requirement failed: log.roll.jitter.ms must be greater than or equal to 0")
    if values.get("log.retention.ms") == 0:
        raise _refused(
            "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or "
            "equal to 1"
        )
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


def _check_local_retention(configs: Mapping[str, str], texts: Mapping[str, str]) -> None:
    """What stays local of a tiered log may not outlive the log (`DynamicLogConfig`)."""
    for local_name, name in _LOCAL_RETENTION:
        if local_name not in configs and name not in configs:
            continue
        local, total = effective_value(texts, local_name), effective_value(texts, name)
        assert isinstance(local, int)
        assert isinstance(total, int)
        if total <= _NO_LIMIT or local == _AS_RETENTION:
            continue
        reason = None
        if local == _NO_LIMIT:
            reason = f"Value must not be -1 as {name} value is set as {total}."
        elif local > total:
            reason = f"Value must not be more than {name} property value: {total}"
        if reason is not None:
            raise _cannot_become(f"Invalid value {local} for configuration {local_name}: {reason}")


def _result(layers: ConfigLayers) -> BrokerConfig:
    """What the broker would run with; it must be possible, static configs included."""
    try:
        return broker_config(layers)
    except ConfigError as error:
        # The bounds of groups are checked by another class, in other words.
        start = "" if str(error).startswith("group.") else "requirement failed: "
        raise _refused(f"{start}{error}") from None


def _threads(texts: Mapping[str, str], name: str) -> int:
    """Of a pool; of one listener's, unless it has a number of its own, as of the others."""
    base = base_name(name)
    number = effective_value({base: texts[name]} if name in texts else texts, base)
    assert isinstance(number, int)
    return number


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
    raise _cannot_become(f"{too_many if wanted > now else too_few} {now}")


def _cannot_become(reason: str) -> ApiError:
    """A refusal of what would have to change while the broker runs, wrapped as Kafka wraps it."""
    return _refused(
        f"Invalid value org.apache.kafka.common.config.ConfigException: {reason} "
        "for configuration Invalid dynamic configuration"
    )


def _refused(message: str) -> ApiError:
    return ApiError(ErrorCode.INVALID_REQUEST, message)
