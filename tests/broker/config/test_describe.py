"""DescribeConfigs rows; every expectation was recorded from Kafka 4.3.1 with the same settings."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from wirekafka.config.describe import (
    ConfigRow,
    describe_broker,
    describe_broker_defaults,
    describe_client_metrics,
    describe_group,
    describe_topic,
)
from wirekafka.config.layers import ConfigLayers
from wirekafka.config.property import ConfigSource, ConfigType

STATIC = {
    "node.id": "1",
    "broker.id": "1",
    "log.retention.hours": "24",
    "log.roll.hours": "48",
    "log.flush.scheduler.interval.ms": "12345",
    "log.segment.bytes": "2097152",
    "log.cleaner.threads": "2",
    "ssl.keystore.password": "abc",
    "listener.name.plaintext.ssl.key.password": "x",
}
FRESH = ConfigLayers(STATIC, dynamic_default={"min.insync.replicas": "1"})
CHANGED = ConfigLayers(
    STATIC,
    dynamic_default={"log.retention.ms": "2000", "message.max.bytes": "3000"},
    dynamic_broker={"my.dyn": "1000"},
)


def short(row: ConfigRow) -> tuple[Any, ...]:
    return row.value, int(row.source), [(s.name, s.value, int(s.source)) for s in row.synonyms]


def one(rows: list[ConfigRow]) -> tuple[Any, ...]:
    (row,) = rows
    return short(row)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "min.insync.replicas",
            ("1", 3, [("min.insync.replicas", "1", 3), ("min.insync.replicas", "1", 5)]),
        ),
        ("segment.jitter.ms", ("0", 5, [])),
        ("flush.ms", ("12345", 5, [])),
        ("retention.ms", ("86400000", 5, [])),
        ("segment.ms", ("172800000", 5, [])),
        (
            "segment.bytes",
            (
                "2097152",
                4,
                [("log.segment.bytes", "2097152", 4), ("log.segment.bytes", "1073741824", 5)],
            ),
        ),
        (
            "cleanup.policy",
            (
                "compact,delete",
                1,
                [("cleanup.policy", "compact,delete", 1), ("log.cleanup.policy", "delete", 5)],
            ),
        ),
        (
            "min.cleanable.dirty.ratio",
            (
                "0.3",
                1,
                [
                    ("min.cleanable.dirty.ratio", "0.3", 1),
                    ("log.cleaner.min.cleanable.ratio", "0.5", 5),
                ],
            ),
        ),
        ("remote.storage.enable", ("false", 5, [])),
    ],
)
def test_topic_rows(name: str, expected: tuple[Any, ...]) -> None:
    overrides = {"cleanup.policy": "compact, delete", "min.cleanable.dirty.ratio": "0.30"}
    assert one(describe_topic(FRESH, overrides, [name])) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ssl.keystore.password", (None, 4, [("ssl.keystore.password", None, 4)])),
        ("ssl.key.password", (None, 5, [])),
        ("log.flush.interval.ms", (None, 5, [])),
        ("log.retention.ms", (None, 5, [])),
        (
            "log.retention.hours",
            ("24", 4, [("log.retention.hours", "24", 4), ("log.retention.hours", "168", 5)]),
        ),
        ("node.id", ("1", 4, [("node.id", "1", 4)])),
        ("broker.id", ("1", 4, [("broker.id", "1", 4), ("broker.id", "-1", 5)])),
        (
            "listener.name.plaintext.ssl.key.password",
            (None, 4, [("listener.name.plaintext.ssl.key.password", None, 4)]),
        ),
    ],
)
def test_broker_rows(name: str, expected: tuple[Any, ...]) -> None:
    assert one(describe_broker(FRESH, [name])) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "log.retention.ms",
            (
                "2000",
                3,
                [
                    ("log.retention.ms", "2000", 3),
                    ("log.retention.hours", "24", 4),
                    ("log.retention.hours", "168", 5),
                ],
            ),
        ),
        ("log.retention.minutes", (None, 5, [])),
        (
            "log.retention.hours",
            ("168", 4, [("log.retention.hours", "24", 4), ("log.retention.hours", "168", 5)]),
        ),
        ("my.dyn", (None, 2, [("my.dyn", None, 2)])),
    ],
)
def test_broker_rows_after_a_dynamic_change(name: str, expected: tuple[Any, ...]) -> None:
    assert one(describe_broker(CHANGED, [name])) == expected


def test_a_topic_inherits_a_dynamic_broker_config_with_its_synonyms() -> None:
    assert one(describe_topic(CHANGED, {}, ["max.message.bytes"])) == (
        "3000",
        3,
        [("message.max.bytes", "3000", 3), ("message.max.bytes", "1048588", 5)],
    )


def test_the_resource_of_all_brokers_shows_what_was_set_for_all_and_nothing_else() -> None:
    rows = describe_broker_defaults(CHANGED)
    assert {row.name: short(row) for row in rows} == {
        "log.retention.ms": ("2000", 3, [("log.retention.ms", "2000", 3)]),
        "message.max.bytes": ("3000", 3, [("message.max.bytes", "3000", 3)]),
    }
    assert [row.name for row in describe_broker_defaults(CHANGED, ["message.max.bytes"])] == [
        "message.max.bytes"
    ]


OTHERS = ConfigLayers(
    STATIC,
    {
        "leader.replication.throttled.rate": "1000",
        "listener.name.plaintext.max.connections": "90",
        "no.such": "secret",
    },
    {
        "leader.replication.throttled.rate": "1001",
        "listener.name.plaintext.ssl.keystore.password": "secret",
        "max.connections": "95",
    },
)


@pytest.mark.parametrize(
    ("name", "flags", "expected"),
    [
        (
            "leader.replication.throttled.rate",
            (False, False, 5),
            (
                "1001",
                2,
                [
                    ("leader.replication.throttled.rate", "1001", 2),
                    ("leader.replication.throttled.rate", "1000", 3),
                ],
            ),
        ),
        (
            "listener.name.plaintext.max.connections",
            (True, False, 3),
            (
                "90",
                3,
                [
                    ("listener.name.plaintext.max.connections", "90", 3),
                    ("max.connections", "2147483647", 5),
                ],
            ),
        ),
        (
            "listener.name.plaintext.ssl.keystore.password",
            (True, True, 9),
            (
                None,
                2,
                [
                    ("listener.name.plaintext.ssl.keystore.password", None, 2),
                    ("ssl.keystore.password", None, 4),
                ],
            ),
        ),
        ("no.such", (True, True, 0), (None, 3, [("no.such", None, 3)])),
    ],
)
def test_rows_of_names_outside_the_table(
    name: str, flags: tuple[bool, bool, int], expected: tuple[Any, ...]
) -> None:
    """read-only and sensitive as Kafka has them, and never documented."""
    (row,) = describe_broker(OTHERS, [name])
    assert short(row) == expected
    assert (row.read_only, row.sensitive, row.type, row.documentation) == (*flags, None)


def test_rows_of_all_brokers_of_names_outside_the_table() -> None:
    rows = describe_broker_defaults(OTHERS)
    assert [(row.name, row.value, row.read_only, row.sensitive) for row in rows] == [
        ("leader.replication.throttled.rate", "1000", False, False),
        ("listener.name.plaintext.max.connections", "90", True, False),
        ("no.such", None, True, True),
    ]
    assert {row.source for row in rows} == {ConfigSource.DYNAMIC_DEFAULT_BROKER}
    assert [len(row.synonyms) for row in rows] == [1, 1, 1]


def test_group_rows() -> None:
    rows = describe_group(FRESH, {"consumer.session.timeout.ms": "50000"})
    by_name = {row.name: short(row) for row in rows}
    assert by_name["consumer.session.timeout.ms"] == (
        "50000",
        8,
        [
            ("consumer.session.timeout.ms", "50000", 8),
            ("group.consumer.session.timeout.ms", "45000", 5),
        ],
    )
    assert by_name["consumer.heartbeat.interval.ms"] == (
        "5000",
        5,
        [("group.consumer.heartbeat.interval.ms", "5000", 5)],
    )


def test_a_client_metrics_subscription_that_does_not_exist_shows_defaults() -> None:
    rows = describe_client_metrics({})
    shown = [(row.name, row.value, int(row.source), row.type) for row in rows]
    assert shown == [
        ("interval.ms", "300000", 5, ConfigType.INT),
        ("match", "", 5, ConfigType.LIST),
        ("metrics", "", 5, ConfigType.LIST),
    ]


def test_an_empty_list_of_names_is_all_and_unknown_names_are_left_out() -> None:
    assert len(describe_topic(FRESH, {}, [])) == 33
    assert [row.name for row in describe_topic(FRESH, {}, ["no.such", "retention.ms"])] == [
        "retention.ms"
    ]


def test_flags_of_a_broker_row() -> None:
    rows = {row.name: row for row in describe_broker(FRESH)}
    assert rows["num.partitions"].read_only
    assert not rows["log.retention.ms"].read_only
    assert rows["ssl.key.password"].sensitive
    assert rows["ssl.key.password"].type is ConfigType.PASSWORD
    assert rows["num.partitions"].source is ConfigSource.DEFAULT


@pytest.mark.parametrize("entity", ["broker", "topic", "group"])
def test_every_row_equals_the_facts(entity: str) -> None:
    folder = os.environ.get("WIREKAFKA_FACTS")
    if not folder:
        pytest.skip("WIREKAFKA_FACTS does not name the folder with the facts about Kafka 4.3.1")
    facts = json.loads((Path(folder) / f"{entity}-configs.json").read_text())
    broker = json.loads((Path(folder) / "broker-configs.json").read_text())
    static = {
        fact["name"]: fact["value"] for fact in broker if fact["source"] == "STATIC_BROKER_CONFIG"
    }
    layers = ConfigLayers(static, dynamic_default={"min.insync.replicas": "1"})
    rows = {
        "broker": lambda: describe_broker(layers),
        "topic": lambda: describe_topic(layers, {}),
        "group": lambda: describe_group(layers, {}),
    }[entity]()
    sources = {
        "DYNAMIC_DEFAULT_BROKER_CONFIG": 3, "STATIC_BROKER_CONFIG": 4, "DEFAULT_CONFIG": 5
    }  # fmt: skip
    for row, fact in zip(rows, sorted(facts, key=lambda fact: str(fact["name"])), strict=True):
        synonyms = [(s["name"], s["value"], sources[s["source"]]) for s in fact["synonyms"]]
        assert row.name == fact["name"]
        assert short(row) == (fact["value"], sources[fact["source"]], synonyms), row.name
        assert (row.read_only, row.sensitive) == (fact["readOnly"], fact["sensitive"]), row.name
        assert row.type.name == fact["type"]
