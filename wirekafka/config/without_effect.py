"""Which of somebody's configs are known and valid, and yet change nothing here.

The rule of the house is that nothing is ignored in silence: at the start `parse` warns of static
configs, `config_warnings` of those that change while the broker runs.
"""

from __future__ import annotations

from collections.abc import Mapping

from wirekafka.config.broker_properties import PRESETS
from wirekafka.config.property import ConfigError, Property
from wirekafka.config.values import parse


def is_without_effect(name: str, prop: Property, text: str) -> bool:
    """Whether config `name`, whose row is `prop`, asks for something that does not happen.

    Kafka's default does not, and neither does the value that wirekafka sets by itself. A name with
    a listener's prefix does, whatever its value, but for the few that are set for one listener.
    """
    if name != prop.name:
        return prop.name not in _OF_A_LISTENER
    if prop.acted_on:
        return False
    try:
        value = parse(prop.name, prop.type, text)
    except ConfigError:
        return True
    usual = (prop.default, PRESETS.get(prop.name, prop.default))
    return value not in [parse(prop.name, prop.type, default) for default in usual]


_OF_A_LISTENER = frozenset({"max.connection.creation.rate", "max.connections"})
"""Configs that act with a listener's prefix."""


def nearest(name: str, known: Mapping[str, Property]) -> str | None:
    """The known config whose name is most like `name`, if one is near."""
    import difflib  # 5 ms that a start without a mistake saves

    found = difflib.get_close_matches(name, known, n=1, cutoff=_NEAR_ENOUGH)
    return found[0] if found else None


def hint(name: str, known: Mapping[str, Property]) -> str:
    """ ", did you mean …?", or nothing: the end of a message about an unknown config."""
    near = nearest(name, known)
    return f", did you mean {near}?" if near else ""


_NEAR_ENOUGH = 0.84
"""num.partitons is near num.partitions; bootstrap.servers is near nothing."""
