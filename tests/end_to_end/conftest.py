"""A broker on loopback, as a process of its own, for tests with real clients.

`broker` is one broker for the whole run: tests use topics and groups of their own names.
`start_broker` starts private ones, with a data directory and settings, which may be killed and
started again. `run` runs commands in this process.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(Path(__file__).parent))  # for chromium.py
START_SECONDS = 30


class BrokerProcess:
    """A running `wirekafka serve`. `bootstrap` is its host:port."""

    def __init__(self, data_dir: Path, settings: tuple[str, ...], port: int) -> None:
        self.data_dir = data_dir
        self._settings = settings
        self.log_path = data_dir.with_name(data_dir.name + ".log")
        self.port = port
        self.process: subprocess.Popen[str]
        self.start()

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    def start(self) -> None:
        """Start, or start again on the same port and data."""
        command = [sys.executable, "-m", "wirekafka", "serve"]
        command += ["--listen", f"127.0.0.1:{self.port}"]
        if not any(setting.startswith("log.dirs=") for setting in self._settings):
            command += ["--data-dir", str(self.data_dir)]
        for setting in self._settings:
            command += ["--set", setting]
        paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
        with self.log_path.open("a") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                cwd=self.data_dir.parent,
            )
        watchdog = threading.Timer(START_SECONDS, self.process.kill)
        watchdog.start()
        assert self.process.stdout is not None
        try:
            for line in self.process.stdout:
                found = re.search(r"listening on \S+:(\d+)", line)
                if found:
                    self.port = int(found[1])
                if "Kafka Server started" in line:
                    return
        finally:
            watchdog.cancel()
        raise AssertionError(f"the broker did not start:\n{self.log()}")

    def log(self) -> str:
        """What it logged so far."""
        return self.log_path.read_text()

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        return self.process.returncode


StartBroker = Callable[..., BrokerProcess]


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    """One broker with default settings for the whole run."""
    running = BrokerProcess(tmp_path_factory.mktemp("broker") / "data", (), 0)
    yield running
    code = running.stop()
    assert code == 0, running.log()
    assert "Traceback" not in running.log(), running.log()


@pytest.fixture
def start_broker(tmp_path: Path) -> Iterator[StartBroker]:
    """start_broker("name=value", …) starts a private broker; all are stopped at the end."""
    brokers: list[BrokerProcess] = []

    def start(*settings: str) -> BrokerProcess:
        started = BrokerProcess(tmp_path / f"data-{len(brokers)}", settings, 0)
        brokers.append(started)
        return started

    yield start
    for running in brokers:
        running.stop()
        assert "Traceback" not in running.log(), running.log()


class Run:
    """run.good("groups", "--list") is the command against the broker, in this process."""

    def __init__(self, broker: BrokerProcess, capsys: pytest.CaptureFixture[str]) -> None:
        self._broker = broker
        self._capsys = capsys

    def good(self, command: str, *arguments: str) -> str:
        code, out, err = self._call(command, *arguments)
        assert code == 0, err
        return out

    def bad(self, command: str, *arguments: str) -> str:
        """The one line of complaint."""
        code, out, err = self._call(command, *arguments)
        assert code == 1, out
        complaint = err.splitlines()[-1]
        assert complaint.startswith("wirekafka: ")
        return complaint.removeprefix("wirekafka: ")

    def document(self, command: str, *arguments: str) -> Any:
        return json.loads(self.good(command, *arguments, "--json"))

    def _call(self, command: str, *arguments: str) -> tuple[int, str, str]:
        from wirekafka.cli.main import main

        self._capsys.readouterr()
        code = main([command, "--bootstrap-server", self._broker.bootstrap, *arguments])
        out, err = self._capsys.readouterr()
        return code, out, err


@pytest.fixture
def run(broker: BrokerProcess, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(broker, capsys)
