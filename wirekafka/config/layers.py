"""The layers from which a broker's configs come, and what is in effect.

    dynamic, of this broker  >  dynamic, of all brokers  >  static  >  default

A dynamic config also pushes aside the static ones that set the same thing: log.retention.ms beats a
static log.retention.hours (`DynamicBrokerConfig.overrideProps`). Static configs already contain our
presets. A `ConfigLayers` is a value: whoever changes a dynamic config makes a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wirekafka.config.broker_properties import settable_properties, synonyms
from wirekafka.config.values import Value, parse

_NO_CONFIGS: Mapping[str, str] = {}
_MS_PER_MINUTE = 60_000
_MS_PER_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class ConfigLayers:
    """Texts by name; none of the mappings may change afterwards."""

    static: Mapping[str, str]
    dynamic_default: Mapping[str, str] = field(default_factory=lambda: _NO_CONFIGS)
    dynamic_broker: Mapping[str, str] = field(default_factory=lambda: _NO_CONFIGS)


def effective_texts(layers: ConfigLayers) -> dict[str, str]:
    """What is set, by name, after the layers were laid over each other."""
    texts = dict(layers.static)
    for layer in (layers.dynamic_default, layers.dynamic_broker):
        for name, text in layer.items():
            for synonym in synonyms(name):
                texts.pop(synonym, None)
            texts[name] = text
    return texts


def named_value(texts: Mapping[str, str], name: str) -> Value:
    """The value of exactly this name, or its default; not that of its synonyms."""
    prop = settable_properties()[name]
    return parse(name, prop.type, texts.get(name, prop.default))


def effective_value(texts: Mapping[str, str], name: str) -> Value:
    """The value in effect, with the names that stand in for it: hours for ms and so on."""
    if name == "log.retention.ms":
        return _retention_ms(texts)
    value = named_value(texts, name)
    if value is not None:
        return value
    match name:
        case "log.roll.ms":
            return _integer(texts, "log.roll.hours") * _MS_PER_HOUR
        case "log.roll.jitter.ms":
            return _integer(texts, "log.roll.jitter.hours") * _MS_PER_HOUR
        case "log.flush.interval.ms":
            return named_value(texts, "log.flush.scheduler.interval.ms")
        case "log.dirs":
            return named_value(texts, "log.dir")
        case _:
            return None


def _retention_ms(texts: Mapping[str, str]) -> int:
    milliseconds = named_value(texts, "log.retention.ms")
    minutes = named_value(texts, "log.retention.minutes")
    if isinstance(milliseconds, int):
        pass
    elif isinstance(minutes, int):
        milliseconds = minutes * _MS_PER_MINUTE
    else:
        milliseconds = _integer(texts, "log.retention.hours") * _MS_PER_HOUR
    return max(milliseconds, -1)  # every negative number means "no limit"


def _integer(texts: Mapping[str, str], name: str) -> int:
    value = named_value(texts, name)
    assert isinstance(value, int), name
    return value
