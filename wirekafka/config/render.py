"""docs/configuration.md, made from the tables; `bin/generate` writes and checks it."""

from __future__ import annotations

from collections.abc import Iterable

from wirekafka.config.broker_properties import (
    DYNAMIC_ONLY_PROPERTIES,
    INTERNAL_PROPERTIES,
    PRESETS,
    broker_properties,
)
from wirekafka.config.group_properties import GROUP_PROPERTIES
from wirekafka.config.property import Property
from wirekafka.config.topic_properties import TOPIC_PROPERTIES

_INTRODUCTION = """\
# Configuration

Generated from the tables in `wirekafka/config` by `bin/generate`; do not edit.

Names, types, defaults and valid values are those of Apache Kafka 4.3. A broker config is set, the
strongest first, by `wirekafka serve --set name=value`, by the environment (`KAFKA_` or
`KAFKA_CFG_` and the name in capitals, `_` for `.`, `__` for `_`, `___` for `-`), or in the
`server.properties` given to `wirekafka serve`. A name that nobody knows is an error. Broker quotas
can be set only while it runs, as dynamic configs.

Configs in the lists "without effect yet" are accepted and described to clients; setting one to
anything but its default gives a warning at start.
"""
_HEADER = """\
| config | type | default | valid values | update | what it does |
|---|---|---|---|---|---|"""


def render() -> str:
    """The whole document."""
    broker = sorted([*broker_properties().values(), *INTERNAL_PROPERTIES])
    parts = [_INTRODUCTION, _presets()]
    for title, rows in (
        ("Broker", broker),
        ("Broker quota", sorted(DYNAMIC_ONLY_PROPERTIES)),
        ("Topic", list(TOPIC_PROPERTIES)),
        ("Group", list(GROUP_PROPERTIES)),
    ):
        acted_on = [row for row in rows if row.acted_on]
        others = [row for row in rows if not row.acted_on]
        if acted_on:
            parts.append(f"## {title} configs\n\n{_table(acted_on)}\n")
        parts.append(f"## {title} configs without effect yet\n\n{_table(others)}\n")
    return "\n".join(parts)


def _presets() -> str:
    lines = ["## What wirekafka sets by itself", ""]
    lines += ["| config | Kafka's default | wirekafka |", "|---|---|---|"]
    for name, text in sorted(PRESETS.items()):
        lines.append(f"| `{name}` | {_code(broker_properties()[name].default)} | `{text}` |")
    return "\n".join([*lines, ""])


def _table(rows: Iterable[Property]) -> str:
    return "\n".join([_HEADER, *(_line(row) for row in rows)])


def _line(row: Property) -> str:
    cells = (
        f"`{row.name}`",
        row.type.name.lower(),
        _code(row.default),
        _code(row.valid or None),
        row.update.value,
        row.doc.replace("|", "\\|"),
    )
    return f"| {' | '.join(cells)} |"


def _code(text: str | None) -> str:
    if text is None:
        return ""
    return f"`{text}`" if text else "empty"
