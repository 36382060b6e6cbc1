"""Levels of our loggers under our names and under those of Kafka's classes."""

from __future__ import annotations

import ast
import itertools
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

import wirekafka
from wirekafka.logger_levels import KAFKA_NAMES, LEVELS, LOGGERS, ROOT, LoggerLevels


@pytest.fixture
def levels() -> Iterator[LoggerLevels]:
    found = LoggerLevels()
    found.set_level(ROOT, "INFO")
    yield found
    found.restore()


def names_in_source() -> set[str]:
    """The loggers that our modules ask for, by name or as their own."""
    found = set()
    folder = Path(wirekafka.__file__).parent
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "logging.getLogger":
                (argument,) = node.args
                if isinstance(argument, ast.Constant):
                    found.add(str(argument.value))
                elif ast.unparse(argument) == "__name__":
                    parts = path.relative_to(folder.parent).with_suffix("").parts
                    found.add(".".join(parts))
    return {name for name in found if name.startswith("wirekafka.")}


def test_every_logger_of_the_source_is_listed_and_no_other() -> None:
    assert set(LOGGERS) == names_in_source()
    assert set(KAFKA_NAMES.values()) <= set(LOGGERS)


def test_loggers_are_listed_by_name_with_the_level_in_effect(levels: LoggerLevels) -> None:
    found = levels.levels()
    assert list(found) == sorted([ROOT, *LOGGERS, *KAFKA_NAMES])
    assert set(found.values()) == {"INFO"}
    assert all(levels.exists(name) for name in found)
    assert not levels.exists("wirekafka")
    assert not levels.exists("kafka.server")


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_lets_through_what_is_at_least_as_grave(levels: LoggerLevels, level: str) -> None:
    levels.set_level("wirekafka.apis", level)
    logger = logging.getLogger("wirekafka.apis")
    assert levels.levels()["wirekafka.apis"] == level
    assert [name for name in LEVELS if logger.isEnabledFor(LEVELS[name])] == list(LEVELS)[
        : list(LEVELS).index(level) + 1
    ]


def test_a_logger_has_the_same_level_under_all_of_its_names(levels: LoggerLevels) -> None:
    levels.set_level("kafka.server.KafkaApis", "DEBUG")
    found = {name for name, level in levels.levels().items() if level == "DEBUG"}
    assert found == {"kafka.server.KafkaApis", "kafka.request.logger", "wirekafka.apis"}


def test_a_logger_without_a_level_has_that_of_the_root(levels: LoggerLevels) -> None:
    levels.set_level("wirekafka.apis", "DEBUG")
    levels.set_level(ROOT, "ERROR")
    assert levels.levels()["wirekafka.apis"] == "DEBUG"
    assert levels.levels()["wirekafka.network"] == "ERROR"
    levels.unset_level("wirekafka.apis")
    assert set(levels.levels().values()) == {"ERROR"}


def test_levels_in_between_and_none_at_all_have_the_nearest_name(levels: LoggerLevels) -> None:
    logger = logging.getLogger("wirekafka.network")
    levels.set_level("wirekafka.network", "INFO")
    for number, level in ((25, "INFO"), (99, "FATAL"), (1, "TRACE")):
        logger.setLevel(number)
        assert levels.levels()["wirekafka.network"] == level


def test_what_was_changed_is_put_back_and_the_application_is_left_alone() -> None:
    own, application = logging.getLogger("wirekafka"), logging.getLogger()
    before = (own.level, application.level, logging.getLogger("wirekafka.apis").level)
    levels = LoggerLevels()
    for level in ("DEBUG", "FATAL"):
        levels.set_level(ROOT, level)
        levels.set_level("wirekafka.apis", level)
    assert application.level == before[1]
    levels.restore()
    assert (own.level, application.level, logging.getLogger("wirekafka.apis").level) == before
    assert not logging.getLogger("wirekafka.apis").filters


@pytest.mark.parametrize("stops", list(itertools.permutations(range(3))))
def test_brokers_of_one_process_leave_no_level_behind_whoever_stops_first(
    stops: tuple[int, ...],
) -> None:
    logger = logging.getLogger("wirekafka.apis")
    before = logger.level
    brokers = [LoggerLevels() for _ in range(3)]
    for broker, level in zip(
        (0, 1, 2, 0, 1), ("DEBUG", "INFO", "WARN", "ERROR", "FATAL"), strict=True
    ):
        brokers[broker].set_level("wirekafka.apis", level)
        assert {each.levels()["wirekafka.apis"] for each in brokers} == {level}
    for broker in stops:
        brokers[broker].restore()
    assert logger.level == before
    assert not logger.filters


def test_what_another_broker_of_the_process_set_stays_when_one_stops() -> None:
    one, other = LoggerLevels(), LoggerLevels()
    one.set_level("wirekafka.apis", "DEBUG")
    other.set_level("wirekafka.apis", "ERROR")
    one.restore()
    assert other.levels()["wirekafka.apis"] == "ERROR"
    one.set_level("wirekafka.apis", "INFO")
    one.restore()
    assert other.levels()["wirekafka.apis"] == "ERROR"
    other.restore()
