"""Nothing is accepted and ignored in silence: acted-on configs have tests, the others a warning."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from wirekafka.config.broker_properties import dynamic_properties, settable_properties
from wirekafka.config.group_properties import GROUP_PROPERTIES
from wirekafka.config.parse import load
from wirekafka.config.property import ConfigError, Property
from wirekafka.config.topic_properties import TOPIC_PROPERTIES
from wirekafka.config.values import check, parse
from wirekafka.config.without_effect import is_without_effect

BROKER_ROWS = {**settable_properties(), **dynamic_properties()}
ROWS = (*BROKER_ROWS.values(), *TOPIC_PROPERTIES, *GROUP_PROPERTIES)
CANDIDATES = (
    "true", "false", "0.25", "3", "7", "1500", "2500", "6000", "30001", "50000", "70000", "600000",
    "3000001", "9000000", "other", "ES256",
)  # fmt: skip
"""One of them is valid for each config without effect, and not its default."""


def proven() -> set[str]:
    """The names in calls of `proves` in test_effect_*.py."""
    found = set()
    for path in Path(__file__).parent.glob("test_effect_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "proves":
                names = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                found |= {name for name in names if isinstance(name, str)}
    return found


def test_every_acted_on_config_has_a_test_of_its_effect() -> None:
    assert {row.name for row in ROWS if row.acted_on} - proven() == set()


def test_no_config_with_a_test_of_its_effect_is_said_to_have_none() -> None:
    idle = {row.name for row in ROWS if not row.acted_on}
    assert proven() & idle == set()


WITHOUT_EFFECT = [row for row in settable_properties().values() if not row.acted_on]


@pytest.mark.parametrize("row", WITHOUT_EFFECT, ids=lambda row: row.name)
def test_a_config_without_effect_gives_one_warning_when_it_is_set(row: Property) -> None:
    (warning,) = load(assignments=[f"{row.name}={other_value(row)}"]).warnings
    assert warning == f"--set: {row.name} is set, but wirekafka does not act on it yet"
    if row.default is not None:
        assert load(assignments=[f"{row.name}={row.default}"]).warnings == ()


def other_value(row: Property) -> str:
    """A valid text that asks for something else than the default."""
    choices = (row.valid or "").strip("[]").split(", ")
    for text in (*CANDIDATES, *choices):
        try:
            check(row.name, row.valid, parse(row.name, row.type, text))
            load(assignments=[f"{row.name}={text}"])  # some must fit to others
        except ConfigError:
            continue
        if is_without_effect(row.name, row, text):
            return text
    raise AssertionError(f"no candidate suits {row.name}")
