"""Levels of loggers by IncrementalAlterConfigs; refusals are recorded from Kafka 4.3.1."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from wirekafka_protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
)
from wirekafka_protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
)

LOGGER_TYPE, BROKER, TOPIC = 8, 4, 2
SET, DELETE, APPEND, SUBTRACT = 0, 1, 2, 3
APIS = "kafka.server.KafkaApis"
VALID = "Valid log levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN"


def resource(kind: int, name: str, *changes: tuple[str, int, str | None]) -> AlterConfigsResource:
    return AlterConfigsResource(kind, name, [AlterableConfig(*change) for change in changes])


def play(admin_broker: Any, *rows: AlterConfigsResource, validate_only: bool = False) -> Any:
    """Ask a started broker; (code, message) of each resource and the level of the APIs' logger."""

    async def run() -> Any:
        broker = admin_broker()
        await broker.start()
        request = IncrementalAlterConfigsRequest(list(rows), validate_only)
        answer = await broker.ask("incremental_alter_configs", request, 1)
        level = logging.getLogger("wirekafka.apis").level
        await broker.stop()
        return [(row.error_code, row.error_message) for row in answer.responses], level

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("owner", "changes", "expected"),
    [
        ("1", [(APIS, SET, "TRACE")], (0, None)),
        ("01", [(APIS, SET, "TRACE")], (0, None)),
        ("1", [(APIS, DELETE, None)], (0, None)),
        ("1", [], (0, None)),
        ("1", [(APIS, SET, None)], (42, f"Null value not supported for : {APIS}")),
        ("1", [(APIS, SET, "INFO")] * 2, (42, "Error due to duplicate config keys")),
        ("2", [(APIS, SET, "INFO")], (42, "Unexpected node id. Expected 1, but received 2")),
        ("", [(APIS, SET, "INFO")], (42, "Node id must be an integer, but it is: ")),
        ("1", [("kafka", SET, "INFO")], (40, "Logger kafka does not exist!")),
        ("1", [("kafka", DELETE, None)], (40, "Logger kafka does not exist!")),
        (
            "1",
            [(APIS, SET, "info")],
            (
                40,
                f"Cannot set the log level of {APIS} to info as it is not a supported log level. "
                + VALID,
            ),
        ),
        (
            "1",
            [("root", DELETE, None)],
            (42, "Removing the log level of the root logger is not allowed"),
        ),
        (
            "1",
            [(APIS, APPEND, "INFO")],
            (42, "APPEND operation is not allowed for the BROKER_LOGGER resource"),
        ),
        (
            "1",
            [(APIS, SUBTRACT, "INFO")],
            (42, "SUBTRACT operation is not allowed for the BROKER_LOGGER resource"),
        ),
        ("1", [(APIS, 4, "INFO")], (-1, None)),
    ],
)
def test_changes_of_levels(
    admin_broker: Any, owner: str, changes: list[Any], expected: tuple[int, str | None]
) -> None:
    answers, _ = play(admin_broker, resource(LOGGER_TYPE, owner, *changes))
    assert answers == [expected]


def test_a_level_acts_at_once_and_ends_with_the_broker(admin_broker: Any) -> None:
    before = logging.getLogger("wirekafka.apis").level
    _, level = play(admin_broker, resource(LOGGER_TYPE, "1", (APIS, SET, "FATAL")))
    assert level == logging.CRITICAL
    assert logging.getLogger("wirekafka.apis").level == before


def test_one_mistake_keeps_all_levels_of_the_resource(admin_broker: Any) -> None:
    before = logging.getLogger("wirekafka.apis").level
    changes = ((APIS, SET, "FATAL"), ("no.such", SET, "INFO"))
    answers, level = play(admin_broker, resource(LOGGER_TYPE, "1", *changes))
    assert answers == [(40, "Logger no.such does not exist!")]
    assert level == before


def test_validate_only_changes_nothing(admin_broker: Any) -> None:
    before = logging.getLogger("wirekafka.apis").level
    row = resource(LOGGER_TYPE, "1", (APIS, SET, "FATAL"))
    assert play(admin_broker, row, validate_only=True) == ([(0, None)], before)


def test_unknown_operations_beside_what_is_stored(admin_broker: Any) -> None:
    level = resource(LOGGER_TYPE, "1", (APIS, SET, "INFO"))
    bad_level = resource(LOGGER_TYPE, "1", (APIS, 9, "INFO"))
    brokers = resource(BROKER, "", ("max.connections", SET, "1000"))
    bad_broker = resource(BROKER, "1", ("max.connections", 9, "5"))
    bad_topic = resource(TOPIC, "none", ("retention.ms", 9, "5"))
    refused = (42, "Unknown operations type 9")
    minus_1 = (-1, None)
    assert play(admin_broker, bad_level, brokers)[0] == [minus_1, (0, None)]
    assert play(admin_broker, bad_broker, brokers)[0] == [refused, (0, None)]
    assert play(admin_broker, level, bad_topic, brokers)[0] == [(0, None), minus_1, minus_1]


def test_loggers_are_described_by_all_of_their_names(admin_broker: Any) -> None:
    async def run() -> None:
        broker = admin_broker()
        await broker.start()
        change = resource(LOGGER_TYPE, "1", (APIS, SET, "WARN"))
        await broker.ask("incremental_alter_configs", IncrementalAlterConfigsRequest([change]), 1)
        keys = ["wirekafka.apis", APIS, "no.such"]
        row = DescribeConfigsResource(LOGGER_TYPE, "1", keys)
        for version in range(1, 5):
            answer = await broker.ask("describe_configs", DescribeConfigsRequest([row]), version)
            found = [(c.name, c.value, c.config_source) for c in answer.results[0].configs]
            assert found == [(APIS, "WARN", 6), ("wirekafka.apis", "WARN", 6)]
        await broker.stop()

    asyncio.run(run())
