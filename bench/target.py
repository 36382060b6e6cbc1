"""The brokers under test: how each is started, stopped and killed.

A `Target` can start brokers on a directory; a `Broker` is one that runs. The processes and the node
of the real Kafka are those of the compat suite's targets, with other options.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from compat.targets import TargetError
from compat.targets.node import KafkaNode
from compat.targets.process import BrokerProcess

from .client import NO_CONFIGS, Address, BenchError

OURS = "wirekafka"
START_LIMIT_S = 120
LISTENING = re.compile(r"listening on (\S+:\d+)")
REMOTE = re.compile(r"(?P<address>(?:[^\s:/,]+|\[[0-9a-fA-F:]+\]):\d{1,5})(?:,pid=(?P<pid>\d+))?")
REFERENCE_JAVA_OPTIONS = ("-Xms512m", "-Xmx1g", "-XX:+UseG1GC", "-Dkafka.log.level=INFO")
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Broker:
    """A running broker. Without a pid its CPU and memory are unknown."""

    address: Address
    pid: int | None


class Target(Protocol):
    """A kind of broker that is measured."""

    name: str
    can_start: bool

    def prepare(self, directory: Path, configs: Mapping[str, str] = NO_CONFIGS) -> None:
        """What an installation does once before the first start; `configs` are the broker's."""

    def log(self, directory: Path) -> Path:
        """The file that a broker on this directory writes its log to."""

    def start(self, directory: Path) -> Broker:
        """Start on a data directory, new or left by an earlier start; returns when it listens."""

    def stop(self) -> None:
        """Stop cleanly."""

    def kill(self) -> None:
        """kill -9."""


@dataclass(slots=True)
class Wirekafka:
    """This clone's broker, started as people start it."""

    options: tuple[str, ...] = ()
    name: str = OURS
    can_start: bool = True
    _configs: Mapping[str, str] = field(default_factory=dict, init=False)
    _process: BrokerProcess | None = field(default=None, init=False)

    def prepare(self, directory: Path, configs: Mapping[str, str] = NO_CONFIGS) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._configs = configs

    def log(self, directory: Path) -> Path:
        return directory.with_suffix(".log")

    def start(self, directory: Path) -> Broker:
        log = self.log(directory)
        log.unlink(missing_ok=True)  # an earlier start listened elsewhere
        command = [str(ROOT / "bin" / "wirekafka"), "serve", "--listen", "127.0.0.1:0"]
        command += ["--data-dir", str(directory), *self.options]
        command += [f"--set={key}={value}" for key, value in self._configs.items()]
        self._process = process = BrokerProcess(command, log)
        process.spawn()
        deadline = time.monotonic() + START_LIMIT_S
        while not (found := LISTENING.search(log.read_text(errors="replace"))):
            if not process.alive():
                last = process.log_tail(1) or "no message"
                raise BenchError(f"wirekafka did not start: {last}")
            if time.monotonic() > deadline:
                self.kill()
                raise BenchError(f"wirekafka does not listen after {START_LIMIT_S} s")
            time.sleep(0.001)
        return Broker(Address.parse(found[1]), process.pid)

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()


@dataclass(slots=True)
class Reference:
    """The real Kafka as its users run it: all of Java's optimisation, Kafka's own defaults.

    Among them are a first rebalance that waits for 3 s, and a session that outlives a killed broker
    by up to 9 s, in which it cannot register again."""

    name: str = "reference"
    can_start: bool = True
    _directory: Path | None = field(default=None, init=False)
    _node: KafkaNode | None = field(default=None, init=False)

    def log(self, directory: Path) -> Path:
        return directory / "broker.log"

    def prepare(self, directory: Path, configs: Mapping[str, str] = NO_CONFIGS) -> None:
        """Kafka formats its directory before the first start; that is not counted as starting."""
        self._directory = directory
        try:
            self._node = KafkaNode(directory, java_options=REFERENCE_JAVA_OPTIONS, configs=configs)
        except TargetError as error:
            raise BenchError(str(error)) from error

    def start(self, directory: Path) -> Broker:
        assert self._node is not None, "it was prepared"
        assert directory == self._directory, "a node stays on its directory"
        try:
            self._node.start()
        except TargetError as error:
            self.kill()
            raise BenchError(str(error)) from error
        return Broker(Address.parse(self._node.bootstrap), self._node.process.pid)

    def stop(self) -> None:
        if self._node is not None:
            self._node.process.stop()

    def kill(self) -> None:
        if self._node is not None:
            self._node.process.kill()


@dataclass(slots=True)
class Remote:
    """A broker that somebody else started; rows that need a start of their own are left out."""

    broker: Broker
    name: str = "reference"
    can_start: bool = False

    def prepare(self, directory: Path, configs: Mapping[str, str] = NO_CONFIGS) -> None:
        raise AssertionError("a remote broker is not started here")

    def log(self, directory: Path) -> Path:
        raise AssertionError("a remote broker's log is elsewhere")

    def start(self, directory: Path) -> Broker:
        return self.broker

    def stop(self) -> None:
        """It is not ours to stop."""

    def kill(self) -> None:
        raise AssertionError("a remote broker is not killed here")


def other_target(text: str) -> Target:
    """What `--against` names: `reference`, HOST:PORT or HOST:PORT,pid=N; ValueError for others."""
    if text == "reference":
        return Reference()
    if not (parts := REMOTE.fullmatch(text)):
        raise ValueError(f"{text} is neither `reference` nor HOST:PORT[,pid=N]")
    pid = int(parts["pid"]) if parts["pid"] else None
    return Remote(Broker(Address.parse(parts["address"]), pid))
