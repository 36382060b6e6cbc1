"""The rules of the config tables for what the controller stores (`ConfigRules`).

Validation of topics does not depend on the broker; that of groups and brokers has bounds which the
broker's own configs set, so the layers in effect are asked for each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config import dynamic, group, topic
from wirekafka.config.broker_properties import dynamic_properties, find
from wirekafka.config.describe import CLIENT_METRICS_PROPERTIES
from wirekafka.config.layers import ConfigLayers
from wirekafka.config.property import ConfigError, Property
from wirekafka.config.values import Value, value_of
from wirekafka.metadata.keys import ConfigResource, ConfigResourceType

_CLIENT_METRICS = {row.name: row for row in CLIENT_METRICS_PROPERTIES}
_PUSH_INTERVALS_MS = range(100, 3_600_001)
_CLIENT_ATTRIBUTES = frozenset({
    "client_instance_id", "client_id", "client_software_name", "client_software_version",
    "client_source_address", "client_source_port",
})  # fmt: skip


class StoredConfigRules:
    """`layers` gives the configs of this broker as they are now."""

    def __init__(self, layers: Callable[[], ConfigLayers]) -> None:
        self._layers = layers

    def validate(self, resource: ConfigResource, configs: Mapping[str, str]) -> None:
        """Raises ApiError unless the resource may have exactly these configs."""
        kind, name = resource
        match kind:
            case ConfigResourceType.TOPIC:
                topic.validate_topic_configs(configs)
            case ConfigResourceType.GROUP:
                group.validate_group_configs(self._layers(), configs)
            case ConfigResourceType.BROKER if name:
                dynamic.validate_broker_configs(self._layers(), configs)
            case ConfigResourceType.BROKER:
                dynamic.validate_default_broker_configs(self._layers(), configs)
            case ConfigResourceType.CLIENT_METRICS:
                _validate_client_metrics(configs)
            case _:
                raise ApiError(ErrorCode.INVALID_REQUEST, f"{kind.name} has no stored configs")

    def is_list(self, kind: ConfigResourceType, name: str) -> bool:
        """Whether the config holds a list; False for unknown names."""
        match kind:
            case ConfigResourceType.TOPIC:
                return topic.is_list(name)
            case ConfigResourceType.BROKER:
                return dynamic.is_list_broker_config(name)
            case _:
                # Kafka's controller looks at no other tables, so no subscription grows in parts.
                return False

    def default(self, kind: ConfigResourceType, name: str) -> str | None:
        """The default text of a config, None when it has none."""
        prop = _property(kind, name)
        return prop.default if prop is not None else None


def _property(kind: ConfigResourceType, name: str) -> Property | None:
    match kind:
        case ConfigResourceType.TOPIC:
            return topic.properties().get(name)
        case ConfigResourceType.GROUP:
            return group.properties().get(name)
        case ConfigResourceType.CLIENT_METRICS:
            return _CLIENT_METRICS.get(name)
        case _:
            return find(name, dynamic_properties())


def _validate_client_metrics(configs: Mapping[str, str]) -> None:
    """`ClientMetricsConfigs.validate`: unknown names, each value, then what the values mean."""
    for name in configs:
        if name not in _CLIENT_METRICS:
            message = f"Unknown client metrics configuration: {name}"
            raise ApiError(ErrorCode.INVALID_REQUEST, message)
    values = {name: _client_metrics_value(name, text) for name, text in configs.items()}
    interval_ms = values.get("interval.ms")
    if isinstance(interval_ms, int) and interval_ms not in _PUSH_INTERVALS_MS:
        message = f"Invalid value {interval_ms} for interval.ms, "
        message += "interval must be between 100 and 3600000 (1 hour)"
        raise ApiError(ErrorCode.INVALID_REQUEST, message)
    patterns = values.get("match")
    if isinstance(patterns, list):
        _check_client_patterns(patterns)


def _client_metrics_value(name: str, text: str) -> Value:
    try:
        value = value_of(_CLIENT_METRICS[name], text)
    except ConfigError as error:
        raise ApiError(ErrorCode.INVALID_CONFIG, str(error)) from None
    if isinstance(value, list) and "" in value:
        message = f"Configuration '{name}' values must not be empty."
        raise ApiError(ErrorCode.INVALID_CONFIG, message)
    return value


def _check_client_patterns(patterns: list[str]) -> None:
    """Each is an attribute of a client, "=" and a regular expression (KIP-714)."""
    for pattern in patterns:
        attribute, *rest = pattern.split("=")
        message = f"Illegal client matching pattern: {pattern}"
        if attribute.strip() not in _CLIENT_ATTRIBUTES or len(rest) != 1 or not rest[0]:
            raise ApiError(ErrorCode.INVALID_CONFIG, message)
        try:
            re.compile(_python_expression(rest[0].strip()))
        except re.error:
            raise ApiError(ErrorCode.INVALID_CONFIG, message) from None


def _python_expression(expression: str) -> str:
    """Java's regular expression with what Python writes otherwise: named groups and classes."""
    named = re.sub(r"\(\?<([A-Za-z][A-Za-z0-9]*)>", r"(?P<\1>", expression)
    return re.sub(r"\\[pP]\{\w+\}", r"\\w", named)
