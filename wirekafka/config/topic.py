"""Topic configs as the rest of the broker uses them: known names, validation, views.

Messages and their order are those of Kafka's controller (`LogConfig.validate`, 4.3.1): unknown
names first (we add the nearest one), then each value by itself, then what contradicts what.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config.property import LIST, ConfigError, Property
from wirekafka.config.topic_properties import TOPIC_PROPERTIES
from wirekafka.config.values import Value, value_of
from wirekafka.config.views import TopicConfig, topic_config, topic_config_over
from wirekafka.config.without_effect import hint

__all__ = [
    "TopicConfig",
    "is_known",
    "is_list",
    "properties",
    "topic_config",
    "topic_config_over",
    "validate_topic_config",
    "validate_topic_configs",
]

_PROPERTIES: Mapping[str, Property] = MappingProxyType({row.name: row for row in TOPIC_PROPERTIES})
_DEFAULT_MIN_COMPACTION_LAG_MS = 0
_DEFAULT_MAX_COMPACTION_LAG_MS = 2**63 - 1


def properties() -> Mapping[str, Property]:
    """Every topic config by name, in alphabetical order."""
    return _PROPERTIES


def is_known(name: str) -> bool:
    """Whether Kafka has a topic config of this name."""
    return name in _PROPERTIES


def is_list(name: str) -> bool:
    """Whether APPEND and SUBTRACT work on this topic config."""
    return name in _PROPERTIES and _PROPERTIES[name].type is LIST


def validate_topic_config(name: str, value: str | None) -> Value:
    """The parsed value; raises ApiError(INVALID_CONFIG) with Kafka's message."""
    prop = _PROPERTIES.get(name)
    if prop is None:
        raise _unknown(name)
    if value is None:
        raise _refused(f"Null value not supported for topic configs: {name}")
    try:
        return value_of(prop, value)
    except ConfigError as error:
        raise _refused(str(error)) from None


def validate_topic_configs(configs: Mapping[str, str | None]) -> dict[str, Value]:
    """All overrides of one topic together; raises as `validate_topic_config` does."""
    for name in configs:
        if not is_known(name):
            raise _unknown(name)
    nulls = [name for name, value in configs.items() if value is None]
    if nulls:
        raise _refused(f"Null value not supported for topic configs: {','.join(nulls)}")
    values = {name: validate_topic_config(name, value) for name, value in configs.items()}
    _check_together(values)
    return values


def _check_together(values: Mapping[str, Value]) -> None:
    low = values.get("min.compaction.lag.ms", _DEFAULT_MIN_COMPACTION_LAG_MS)
    high = values.get("max.compaction.lag.ms", _DEFAULT_MAX_COMPACTION_LAG_MS)
    assert isinstance(low, int)
    assert isinstance(high, int)
    if low > high:
        raise _refused(
            f"conflict topic config setting min.compaction.lag.ms ({low}) > "
            f"max.compaction.lag.ms ({high})"
        )
    if values.get("remote.storage.enable") is True:
        raise _refused(
            "Tiered Storage functionality is disabled in the broker. "
            "Topic cannot be configured with remote log storage."
        )


def _unknown(name: str) -> ApiError:
    of_broker = [row.name for row in TOPIC_PROPERTIES if row.broker_name == name]
    meant = f", did you mean {of_broker[0]}?" if of_broker else hint(name, _PROPERTIES)
    return _refused(f"Unknown topic config name: {name}{meant}")


def _refused(message: str) -> ApiError:
    return ApiError(ErrorCode.INVALID_CONFIG, message)
