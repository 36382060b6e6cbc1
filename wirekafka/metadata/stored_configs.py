"""The rules of the config tables for what the controller stores (`ConfigRules`).

Validation of topics does not depend on the broker; that of groups and brokers has bounds which the
broker's own configs set, so the layers in effect are asked for each time.
"""

from __future__ import annotations

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
    for name, value in configs.items():
        prop = _CLIENT_METRICS.get(name)
        if prop is None:
            raise ApiError(
                ErrorCode.INVALID_CONFIG, f"Unknown client metrics configuration: {name}"
            )
        try:
            value_of(prop, value)
        except ConfigError as error:
            raise ApiError(ErrorCode.INVALID_CONFIG, str(error)) from None
