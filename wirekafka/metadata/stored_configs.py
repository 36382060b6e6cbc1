"""The rules of the config tables for what the controller stores (`ConfigRules`).

Validation of topics does not depend on the broker; that of groups and brokers has bounds which the
broker's own configs set, so the layers in effect are asked for each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config import dynamic, topic
from wirekafka.config.broker_properties import dynamic_properties, find
from wirekafka.config.describe import CLIENT_METRICS_PROPERTIES
from wirekafka.config.group_properties import GROUP_PROPERTIES
from wirekafka.config.layers import ConfigLayers
from wirekafka.config.property import LIST, ConfigError, Property
from wirekafka.config.values import value_of
from wirekafka.metadata.keys import ConfigResource, ConfigResourceType

_CLIENT_METRICS = {row.name: row for row in CLIENT_METRICS_PROPERTIES}
_GROUP = {row.name: row for row in GROUP_PROPERTIES}
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
                dynamic.validate_group_configs(self._layers(), configs)
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
        prop = _property(kind, name)
        return prop is not None and prop.type is LIST

    def default(self, kind: ConfigResourceType, name: str) -> str | None:
        """The default text of a config, None when it has none."""
        prop = _property(kind, name)
        return prop.default if prop is not None else None


def _property(kind: ConfigResourceType, name: str) -> Property | None:
    match kind:
        case ConfigResourceType.TOPIC:
            return topic.properties().get(name)
        case ConfigResourceType.GROUP:
            return _GROUP.get(name)
        case ConfigResourceType.CLIENT_METRICS:
            return _CLIENT_METRICS.get(name)
        case _:
            return find(name, dynamic_properties())


def _validate_client_metrics(configs: Mapping[str, str]) -> None:
    for name, text in configs.items():
        if name not in _CLIENT_METRICS:
            message = f"Unknown client metrics configuration: {name}"
            raise ApiError(ErrorCode.INVALID_REQUEST, message)
        try:
            value = value_of(_CLIENT_METRICS[name], text)
        except ConfigError as error:
            raise ApiError(ErrorCode.INVALID_CONFIG, str(error)) from None
        if isinstance(value, int) and value not in _PUSH_INTERVALS_MS:
            message = f"Invalid value {text} for {name}, "
            message += "interval must be between 100 and 3600000 (1 hour)"
            raise ApiError(ErrorCode.INVALID_REQUEST, message)
        if name == "match" and isinstance(value, list):
            _check_client_patterns(value)


def _check_client_patterns(patterns: list[str]) -> None:
    """Each is an attribute of a client, "=" and a regular expression (KIP-714)."""
    for pattern in patterns:
        attribute, _, expression = pattern.partition("=")
        message = f"Illegal client matching pattern: {pattern}"
        if attribute.strip() not in _CLIENT_ATTRIBUTES or not expression:
            raise ApiError(ErrorCode.INVALID_CONFIG, message)
        try:
            re.compile(expression.strip())
        except re.error:
            raise ApiError(ErrorCode.INVALID_CONFIG, message) from None
