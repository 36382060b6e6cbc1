"""The tables of configs against the measured facts about Kafka 4.3.1, and against each other."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from wirekafka.config.broker_properties import (
    PRESETS,
    broker_properties,
    find,
    settable_properties,
    synonyms,
    was_removed,
)
from wirekafka.config.group_properties import GROUP_PROPERTIES
from wirekafka.config.property import Property, Update
from wirekafka.config.topic_properties import TOPIC_PROPERTIES
from wirekafka.config.values import check, parse

EVERY_ROW = (*settable_properties().values(), *TOPIC_PROPERTIES, *GROUP_PROPERTIES)


def facts(file: str) -> list[dict[str, Any]]:
    folder = os.environ.get("WIREKAFKA_FACTS")
    if not folder:
        pytest.skip("WIREKAFKA_FACTS does not name the folder with the facts about Kafka 4.3.1")
    rows: list[dict[str, Any]] = json.loads((Path(folder) / file).read_text())
    return rows


def as_facts(row: Property) -> dict[str, Any]:
    return {
        "name": row.name,
        "type": row.type.name,
        "default": row.default,
        "valid": row.valid,
        "importance": row.importance.name,
        "sensitive": row.sensitive,
    }


def columns(fact: dict[str, Any]) -> dict[str, Any]:
    return {key: fact[key] for key in as_facts(TOPIC_PROPERTIES[0])}


@pytest.mark.parametrize(
    ("file", "table"),
    [
        ("broker-configs.json", tuple(broker_properties().values())),
        ("topic-configs.json", TOPIC_PROPERTIES),
        ("group-configs.json", GROUP_PROPERTIES),
    ],
)
def test_table_equals_the_facts(file: str, table: tuple[Property, ...]) -> None:
    expected = [columns(fact) for fact in facts(file)]
    assert [as_facts(row) for row in table] == sorted(expected, key=lambda fact: fact["name"])


def test_broker_update_modes_equal_the_facts() -> None:
    expected = {fact["name"]: fact["update"] for fact in facts("broker-configs.json")}
    assert {row.name: row.update.value for row in broker_properties().values()} == expected


@pytest.mark.parametrize("table", [TOPIC_PROPERTIES, GROUP_PROPERTIES])
def test_topic_and_group_configs_are_dynamic_and_name_broker_configs_that_exist(
    table: tuple[Property, ...],
) -> None:
    for row in table:
        assert row.update is Update.DYNAMIC
        if row.broker_name not in (None, row.name):
            assert row.broker_name in broker_properties(), row.name


@pytest.mark.parametrize("row", EVERY_ROW, ids=lambda row: row.name)
def test_every_default_can_be_parsed_and_is_valid(row: Property) -> None:
    if (row.name, row.default) != ("security.providers", None):
        check(row.name, row.valid, parse(row.name, row.type, row.default))


@pytest.mark.parametrize("row", EVERY_ROW, ids=lambda row: row.name)
def test_every_config_is_explained_in_one_short_line(row: Property) -> None:
    assert row.doc.endswith(".")
    assert "\n" not in row.doc
    assert 10 < len(row.doc) < 100


def test_presets_are_known_configs() -> None:
    assert set(PRESETS) <= set(settable_properties())


def test_find_looks_behind_a_listener_prefix_and_a_mechanism() -> None:
    table = broker_properties()
    assert find("listener.name.internal.ssl.key.password", table) is table["ssl.key.password"]
    jaas = find("listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config", table)
    assert jaas is table["sasl.jaas.config"]
    assert find("listener.name.internal.nonsense", table) is None
    assert find("listener.name.", table) is None


def test_synonyms_are_listed_strongest_first() -> None:
    assert synonyms("log.retention.hours")[0] == "log.retention.ms"
    assert synonyms("log.flush.scheduler.interval.ms") == ("log.flush.scheduler.interval.ms",)
    assert synonyms("num.partitions") == ("num.partitions",)


def test_names_of_older_versions_are_recognised() -> None:
    assert was_removed("zookeeper.connect")
    assert was_removed("inter.broker.protocol.version")
    assert not was_removed("num.partitions")
