"""Group configs as the rest of the broker uses them: known names and validation.

`GroupConfigManager.validate` of Kafka 4.3.1: unknown names first (we add the nearest one), then
each value by itself, then the bounds which the broker's own configs set: consumer.x lies between
group.consumer.min.x and group.consumer.max.x, and last that a session outlives the time between two
heartbeats, whoever set the two. All are INVALID_CONFIG.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config.broker_properties import broker_properties
from wirekafka.config.group_properties import GROUP_PROPERTIES
from wirekafka.config.layers import ConfigLayers, effective_texts, effective_value
from wirekafka.config.property import ConfigError, Property
from wirekafka.config.values import Value, value_of
from wirekafka.config.without_effect import hint

_PROPERTIES: Mapping[str, Property] = MappingProxyType({row.name: row for row in GROUP_PROPERTIES})


def properties() -> Mapping[str, Property]:
    """Every group config by name, in alphabetical order."""
    return _PROPERTIES


def validate_group_configs(layers: ConfigLayers, configs: Mapping[str, str]) -> dict[str, Value]:
    """Check all configs that a group is about to have; raises ApiError(INVALID_CONFIG)."""
    for name in configs:
        if name not in _PROPERTIES:
            message = f"Unknown group config name: {name}{hint(name, _PROPERTIES)}"
            raise ApiError(ErrorCode.INVALID_CONFIG, message)
    try:
        values = {name: value_of(_PROPERTIES[name], text) for name, text in configs.items()}
    except ConfigError as error:
        raise ApiError(ErrorCode.INVALID_CONFIG, str(error)) from None
    texts = effective_texts(layers)
    for name, value in values.items():
        _check_bounds(texts, name, value)
    for kind in ("consumer", "share", "streams"):
        _check_heartbeat(texts, kind, values)
    return values


def _check_bounds(texts: Mapping[str, str], name: str, value: Value) -> None:
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


def _check_heartbeat(texts: Mapping[str, str], kind: str, values: Mapping[str, Value]) -> None:
    session, beat = f"{kind}.session.timeout.ms", f"{kind}.heartbeat.interval.ms"
    session_ms, beat_ms = (
        values[name] if name in values else effective_value(texts, f"group.{name}")
        for name in (session, beat)
    )
    assert isinstance(session_ms, int)
    assert isinstance(beat_ms, int)
    if session_ms <= beat_ms:
        raise ApiError(ErrorCode.INVALID_CONFIG, f"{session} must be greater than {beat}")
