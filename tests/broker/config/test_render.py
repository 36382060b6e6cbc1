"""docs/configuration.md names every config once."""

from __future__ import annotations

from wirekafka.config.broker_properties import INTERNAL_PROPERTIES, dynamic_properties
from wirekafka.config.group_properties import GROUP_PROPERTIES
from wirekafka.config.render import render
from wirekafka.config.topic_properties import TOPIC_PROPERTIES


def test_every_config_has_its_line() -> None:
    lines = [line for line in render().splitlines() if line.startswith("| `")]
    body = [line for line in lines if line.count(" | ") == 5]
    tables = (dynamic_properties(), INTERNAL_PROPERTIES, TOPIC_PROPERTIES, GROUP_PROPERTIES)
    assert len(body) == sum(map(len, tables))


def test_the_document_is_the_same_each_time() -> None:
    assert render() == render()
