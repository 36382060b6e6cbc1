"""What DescribeConfigs says: values with their sources, synonyms and types.

Pure functions from layers and overrides to rows. Rows are complete; the handler leaves out what the
request did not ask for (synonyms, documentation) or what its version lacks.

The rules, as `ConfigHelper` and `DynamicBrokerConfig` of Kafka 4.3.1 have them:
- Synonyms are listed by source, the strongest first, and within a source by name. What stands
  before the first entry of the config's own name is dropped, which is why a static
  log.retention.hours alone leaves log.retention.ms and the topics' retention.ms without synonyms.
- The source of a value is that of its first synonym, or DEFAULT.
- Sensitive values are null everywhere. Names that the broker does not know count as sensitive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from wirekafka.config.broker_properties import (
    broker_properties,
    described_synonyms,
    dynamic_properties,
    find,
)
from wirekafka.config.group_properties import GROUP_PROPERTIES
from wirekafka.config.layers import ConfigLayers, effective_texts, effective_value, named_value
from wirekafka.config.property import (
    DYNAMIC,
    INT,
    LIST,
    LOW,
    READ_ONLY,
    ConfigSource,
    ConfigType,
    Property,
)
from wirekafka.config.topic_properties import TOPIC_PROPERTIES
from wirekafka.config.values import parse, show

CLIENT_METRICS_PROPERTIES: tuple[Property, ...] = (
    Property("interval.ms", INT, "300000", None, LOW, DYNAMIC, "How often clients push metrics."),
    Property("match", LIST, "", None, LOW, DYNAMIC, "Which clients the subscription is for."),
    Property("metrics", LIST, "", None, LOW, DYNAMIC, "Prefixes of the metrics asked for."),
)


class Synonym(NamedTuple):
    """One place that sets, or would set, a config."""

    name: str
    value: str | None
    source: ConfigSource


class ConfigRow(NamedTuple):
    """One config as DescribeConfigs shows it."""

    name: str
    value: str | None
    read_only: bool
    source: ConfigSource
    sensitive: bool
    synonyms: tuple[Synonym, ...]
    type: ConfigType
    documentation: str | None


Names = Collection[str] | None
"""The configuration keys of a request: null and empty mean all; unknown ones are left out."""


def describe_topic(
    layers: ConfigLayers, overrides: Mapping[str, str], names: Names = None
) -> list[ConfigRow]:
    """The rows of a topic with `overrides`, by name."""
    texts = effective_texts(layers)
    rows = []
    for prop in _wanted(TOPIC_PROPERTIES, names):
        rows.append(_entity_row(prop, layers, texts, overrides, ConfigSource.TOPIC))
    return rows


def describe_group(
    layers: ConfigLayers, overrides: Mapping[str, str], names: Names = None
) -> list[ConfigRow]:
    """The rows of a group with `overrides`, by name; a group need not exist."""
    texts = effective_texts(layers)
    rows = []
    for prop in _wanted(GROUP_PROPERTIES, names):
        rows.append(_entity_row(prop, layers, texts, overrides, ConfigSource.GROUP))
    return rows


def describe_client_metrics(overrides: Mapping[str, str], names: Names = None) -> list[ConfigRow]:
    """The rows of a client metrics subscription; one that does not exist shows defaults."""
    rows = []
    for prop in _wanted(CLIENT_METRICS_PROPERTIES, names):
        source = ConfigSource.CLIENT_METRICS if prop.name in overrides else ConfigSource.DEFAULT
        value = show(prop.type, parse(prop.name, prop.type, overrides.get(prop.name, prop.default)))
        synonym = Synonym(prop.name, value, source)
        listed = (synonym,) if prop.name in overrides else ()
        rows.append(ConfigRow(prop.name, value, False, source, False, listed, prop.type, prop.doc))
    return rows


def describe_broker(layers: ConfigLayers, names: Names = None) -> list[ConfigRow]:
    """The rows of this broker, by name: the table, and dynamic names that it does not hold."""
    texts = effective_texts(layers)
    table = broker_properties()
    others = sorted((layers.static.keys() | layers.dynamic_default.keys()
                     | layers.dynamic_broker.keys()) - table.keys())  # fmt: skip
    rows = []
    for prop in _wanted(table.values(), names):
        found = _broker_synonyms(layers, prop.name, sensitive=prop.sensitive)
        value = show(prop.type, named_value(texts, prop.name))
        rows.append(_row(prop, value, found, read_only=prop.update is READ_ONLY))
    rows += [_other_row(layers, name) for name in others if not names or name in names]
    return rows


def describe_broker_defaults(layers: ConfigLayers, names: Names = None) -> list[ConfigRow]:
    """The rows of the broker resource "": the dynamic configs of all brokers, nothing else."""
    table = broker_properties()
    rows = []
    for name, text in sorted(layers.dynamic_default.items()):
        if names and name not in names:
            continue
        source = ConfigSource.DYNAMIC_DEFAULT_BROKER
        if name in table:
            value = None if table[name].sensitive else text
            synonym = Synonym(name, value, source)
            rows.append(_row(table[name], value, (synonym,), read_only=False))
        else:
            row = _other_row(layers, name)
            found = tuple(synonym for synonym in row.synonyms if synonym.source is source)
            rows.append(row._replace(value=found[0].value, source=source, synonyms=found))
    return rows


def _wanted(table: Iterable[Property], names: Names) -> Iterable[Property]:
    return (prop for prop in table if not names or prop.name in names)


def _entity_row(
    prop: Property,
    layers: ConfigLayers,
    texts: Mapping[str, str],
    overrides: Mapping[str, str],
    source: ConfigSource,
) -> ConfigRow:
    """The row of a topic's or group's config: its own value over the broker's."""
    found: tuple[Synonym, ...] = ()
    value = parse(prop.name, prop.type, prop.default)
    if prop.broker_name is not None and prop.broker_name in broker_properties():
        found = _broker_synonyms(layers, prop.broker_name, sensitive=False)
        value = effective_value(texts, prop.broker_name)
    elif prop.broker_name is not None:
        found = (Synonym(prop.name, prop.default, ConfigSource.DEFAULT),)
    if prop.name in overrides:
        value = parse(prop.name, prop.type, overrides[prop.name])
        found = (Synonym(prop.name, show(prop.type, value), source), *found)
    return _row(prop, show(prop.type, value), found, read_only=False)


def _row(
    prop: Property, value: str | None, found: tuple[Synonym, ...], *, read_only: bool
) -> ConfigRow:
    source = found[0].source if found else ConfigSource.DEFAULT
    return ConfigRow(
        prop.name, value, read_only, source, prop.sensitive, found, prop.type, prop.doc
    )


def _other_row(layers: ConfigLayers, name: str) -> ConfigRow:
    """The row of a name that the table does not hold: a quota, one with a prefix, or unknown."""
    prop = find(name, dynamic_properties())
    sensitive = prop is None or prop.sensitive
    found = _broker_synonyms(layers, name, sensitive=sensitive)
    return ConfigRow(
        name,
        found[0].value,
        name not in dynamic_properties(),  # Kafka's set of dynamic configs has no prefixed names
        found[0].source,
        sensitive,
        found,
        prop.type if prop is not None else ConfigType.UNKNOWN,
        None,  # Kafka documents only what its table holds
    )


def _broker_synonyms(layers: ConfigLayers, name: str, *, sensitive: bool) -> tuple[Synonym, ...]:
    table = broker_properties()
    names = described_synonyms(name)
    defaults = {other: table[other].default for other in names if other in table}
    sources: tuple[tuple[Mapping[str, str | None], ConfigSource], ...] = (
        (layers.dynamic_broker, ConfigSource.DYNAMIC_BROKER),
        (layers.dynamic_default, ConfigSource.DYNAMIC_DEFAULT_BROKER),
        (layers.static, ConfigSource.STATIC_BROKER),
        (defaults, ConfigSource.DEFAULT),
    )
    found = [
        Synonym(other, None if sensitive else layer[other], source)
        for layer, source in sources
        for other in names
        if layer.get(other) is not None
    ]
    own = [index for index, synonym in enumerate(found) if synonym.name == name]
    return tuple(found[own[0] :]) if own else ()
