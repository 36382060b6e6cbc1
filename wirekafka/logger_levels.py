"""The levels of our loggers as configs of the resource BROKER_LOGGER (KIP-412).

A logger has two kinds of names here: its own, and those of Kafka's classes that do the same, so
that what an operator knows of Kafka works: kafka.server.KafkaApis is wirekafka.apis. "root" is
the logger above all of ours; the application around a broker keeps its own level. Who sets one name
sees it under the others.

Levels are Kafka's: FATAL is Python's CRITICAL, TRACE is below DEBUG. They are never stored: a
broker that stops takes back what it set, so the next start has the levels of the command line.

Loggers belong to the process, so several brokers in one process share them, as they share output:
the last change counts. Each broker leaves a note of its own at the loggers that it changed, and so
they have the level that they had before all of them when the last of them stops, in any order.

Source: `RuntimeLoggerManager`, `LoggingController` of Kafka 4.3.1.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType

ROOT = "root"

LOGGERS = (
    "wirekafka.apis", "wirekafka.control", "wirekafka.coordinator", "wirekafka.doctor",
    "wirekafka.housekeeping", "wirekafka.instrument", "wirekafka.log_cleaner",
    "wirekafka.log_moves", "wirekafka.metadata.service", "wirekafka.network",
    "wirekafka.partition", "wirekafka.quotas", "wirekafka.siblings", "wirekafka.snapshots",
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


class _Note(logging.Filter):
    """What one broker set a logger to, and the level beneath: that of the note before, or the one
    found at first. Kept among the logger's filters, the only place that all brokers of the process
    look at; it lets everything through."""

    def __init__(self, owner: LoggerLevels, beneath: int) -> None:
        super().__init__()
        self.owner = owner
        self.beneath = beneath


class LoggerLevels:
    """The loggers as one broker sees and changes them."""

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
        """Take back what this broker set."""
        for name in (ROOT, *LOGGERS):
            self._take_back(_logger(name))

    def _change(self, logger: logging.Logger, level: int) -> None:
        self._take_back(logger)
        logger.addFilter(_Note(self, logger.level))
        logger.setLevel(level)

    def _take_back(self, logger: logging.Logger) -> None:
        notes = _notes(logger)
        own = next((place for place, note in enumerate(notes) if note.owner is self), None)
        if own is None:
            return
        logger.removeFilter(notes[own])
        if own + 1 < len(notes):
            notes[own + 1].beneath = notes[own].beneath
        else:
            logger.setLevel(notes[own].beneath)


def _notes(logger: logging.Logger) -> list[_Note]:
    """Of all brokers, the one that counts last."""
    return [note for note in logger.filters if isinstance(note, _Note)]


def _logger(name: str) -> logging.Logger:
    own = _OWN_ROOT if name == ROOT else KAFKA_NAMES.get(name, name)
    return logging.getLogger(own)


def _level_name(number: int) -> str:
    """The most verbose level whose messages are let through."""
    for name, level in LEVELS.items():
        if number >= level:
            return name
    return "TRACE"
