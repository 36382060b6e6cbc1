"""The brokers under test: how each is started, stopped and killed.

A `Target` can start brokers on a directory; a `Broker` is one that runs. Only processes that this
module started are ever signalled, by pid.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from .client import Address, BenchError

START_LIMIT_S = 120
STOP_LIMIT_S = 60
LISTENING = re.compile(r"listening on (\S+:\d+)")
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

    def prepare(self, directory: Path) -> None:
        """What an installation does once before the first start."""

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
    name: str = "wirekafka"
    can_start: bool = True
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def prepare(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)

    def start(self, directory: Path) -> Broker:
        log = directory.with_suffix(".log")
        command = [str(ROOT / "bin" / "wirekafka"), "serve", "--listen", "127.0.0.1:0"]
        command += ["--data-dir", str(directory), *self.options]
        with open(log, "wb") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_LIMIT_S
        while not (found := LISTENING.search(log.read_text(errors="replace"))):
            if self._process.poll() is not None:
                last = (log.read_text(errors="replace").strip().splitlines() or ["no message"])[-1]
                raise BenchError(f"wirekafka did not start: {last}")
            if time.monotonic() > deadline:
                self.kill()
                raise BenchError(f"wirekafka does not listen after {START_LIMIT_S} s")
            time.sleep(0.001)
        return Broker(Address.parse(found[1]), self._process.pid)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_LIMIT_S)
            self._process = None


@dataclass(slots=True)
class Reference:
    """Another broker behind a script with three verbs, each with `--data DIR`: `up --port 0` prints
    the address, `status` prints `pid N`, `down` stops it."""

    script: Path
    name: str = "reference"
    can_start: bool = True
    _directory: Path | None = field(default=None, init=False)
    _pid: int | None = field(default=None, init=False)

    def prepare(self, directory: Path) -> None:
        """Kafka formats its directory before the first start; that is not counted as starting."""
        self.start(directory)
        self.stop()

    def start(self, directory: Path) -> Broker:
        directory.mkdir(parents=True, exist_ok=True)
        used_before = any(directory.iterdir())
        self._directory = directory
        address = self._call("up", *(() if used_before else ("--port", "0")))
        status = re.search(r"\bpid (\d+)", self._call("status"))
        if status is None:
            raise BenchError(f"{self.script.name} status names no pid")
        self._pid = int(status[1])
        return Broker(Address.parse(address.split(",")[0].strip()), self._pid)

    def stop(self) -> None:
        if self._directory is not None:
            self._call("down")
            self._directory = self._pid = None

    def kill(self) -> None:
        assert self._pid is not None
        os.kill(self._pid, signal.SIGKILL)
        deadline = time.monotonic() + STOP_LIMIT_S
        while Path(f"/proc/{self._pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.005)

    def _call(self, verb: str, *options: str) -> str:
        command = [str(self.script), verb, "--data", str(self._directory), *options]
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=START_LIMIT_S,
            check=False,
        )
        if done.returncode != 0:
            raise BenchError(f"{self.script.name} {verb} failed: {done.stderr.strip()[-200:]}")
        return done.stdout


@dataclass(slots=True)
class Remote:
    """A broker that somebody else started; rows that need a start of their own are left out."""

    broker: Broker
    name: str = "reference"
    can_start: bool = False

    @classmethod
    def parse(cls, text: str) -> Remote:
        """HOST:PORT or HOST:PORT,pid=N."""
        address, _, pid = text.partition(",pid=")
        return cls(Broker(Address.parse(address), int(pid) if pid else None))

    def prepare(self, directory: Path) -> None:
        raise AssertionError("a remote broker is not started here")

    def start(self, directory: Path) -> Broker:
        return self.broker

    def stop(self) -> None:
        """It is not ours to stop."""

    def kill(self) -> None:
        raise AssertionError("a remote broker is not killed here")
