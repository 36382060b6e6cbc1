"""The levels of our loggers as configs of the resource BROKER_LOGGER (KIP-412).

A logger has two kinds of names here: its own, and those of Kafka's classes that do the same, so
that what an operator knows of Kafka works: kafka.server.KafkaApis is wirekafka.apis. "root" is
the logger above all of ours; the application around a broker keeps its own level. Who sets one name
sees it under the others.

Levels are Kafka's: FATAL is Python's CRITICAL, TRACE is below DEBUG. They are never stored: a
broker that stops puts back what it found, so the next start has the levels of the command line.
Loggers belong to the process, so several brokers in one process share them, as they share output.

Source: `RuntimeLoggerManager`, `LoggingController` of Kafka 4.3.1.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType

ROOT = "root"

LOGGERS = (
    "wirekafka.apis", "wirekafka.coordinator", "wirekafka.housekeeping", "wirekafka.log_cleaner",
    "wirekafka.log_moves", "wirekafka.metadata.service", "wirekafka.network",
    "wirekafka.partition", "wirekafka.quotas",
)  # fmt: skip
"""Every logger of ours below "wirekafka", also those whose module is imported on first use."""

KAFKA_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "kafka.coordinator.transaction.TransactionCoordinator": "wirekafka.coordinator",
        "kafka.log.LogCleaner": "wirekafka.log_cleaner",
        "kafka.log.LogManager": "wirekafka.housekeeping",
        "kafka.network.ConnectionQuotas": "wirekafka.network",
        "kafka.network.Processor": "wirekafka.network",
        "kafka.network.SocketServer": "wirekafka.network",
        "kafka.request.logger": "wirekafka.apis",
        "kafka.server.KafkaApis": "wirekafka.apis",
        "kafka.server.ReplicaManager": "wirekafka.partition",
        "org.apache.kafka.controller.QuorumController": "wirekafka.metadata.service",
        "org.apache.kafka.coordinator.group.GroupCoordinatorService": "wirekafka.coordinator",
    }
)
"""Loggers that a running Kafka has, by the logger here that says the same things."""

LEVELS: Mapping[str, int] = MappingProxyType(
    {
        "FATAL": logging.CRITICAL,
        "ERROR": logging.ERROR,
        "WARN": logging.WARNING,
        "INFO": logging.INFO,
        "DEBUG": logging.DEBUG,
        "TRACE": logging.DEBUG // 2,
    }
)
"""`LogLevelConfig`, the most silent first."""

_OWN_ROOT = "wirekafka"


class LoggerLevels:
    """The loggers of one broker, and what their levels were before it changed them."""

    def __init__(self) -> None:
        self._before: dict[str, int] = {}

    def levels(self) -> dict[str, str]:
        """The level in effect by every name, in alphabetical order."""
        names = sorted((ROOT, *LOGGERS, *KAFKA_NAMES))
        return {name: _level_name(_logger(name).getEffectiveLevel()) for name in names}

    def exists(self, name: str) -> bool:
        """Whether there is a logger of this name."""
        return name == ROOT or name in LOGGERS or name in KAFKA_NAMES

    def set_level(self, name: str, level: str) -> None:
        """`level` is one of LEVELS."""
        self._change(_logger(name), LEVELS[level])

    def unset_level(self, name: str) -> None:
        """From now on the logger has the level of the one above it."""
        self._change(_logger(name), logging.NOTSET)

    def restore(self) -> None:
        """Put back what this broker found."""
        for name, level in self._before.items():
            logging.getLogger(name).setLevel(level)
        self._before.clear()

    def _change(self, logger: logging.Logger, level: int) -> None:
        self._before.setdefault(logger.name, logger.level)
        logger.setLevel(level)


def _logger(name: str) -> logging.Logger:
    own = _OWN_ROOT if name == ROOT else KAFKA_NAMES.get(name, name)
    return logging.getLogger(own)


def _level_name(number: int) -> str:
    """The most verbose level whose messages are let through."""
    for name, level in LEVELS.items():
        if number >= level:
            return name
    return "TRACE"
