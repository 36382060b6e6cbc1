"""One broker as a process that is killed and started again, on the same port and data."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[3]
START_LIMIT_S = 60
STOP_LIMIT_S = 20


class BrokerProcess:
    """`start` it; `kill` is kill -9, `stop` is SIGTERM. `port` is known once started, unless it is
    set before."""

    def __init__(self, data_dir: Path, *settings: str, options: Sequence[str] = ()) -> None:
        self.data_dir = data_dir
        self.log_path = data_dir.with_name(data_dir.name + ".log")
        self.start_times_s: list[float] = []
        self._settings = settings
        self._options = options
        self.port = 0
        self.control_url = ""
        """Where the control port is, with --control in `options`."""
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it serves. AssertionError with its log when it does not."""
        began = time.monotonic()
        process = self.spawn()
        watchdog = threading.Timer(START_LIMIT_S, process.kill)
        watchdog.start()
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if line.startswith("control port at "):
                    self.control_url = line.split()[-1]
                found = re.search(r"listening on \S+:(\d+)", line)
                if found:
                    self.port = int(found[1])
                if "Kafka Server started" in line:
                    self.start_times_s.append(time.monotonic() - began)
                    return
        finally:
            watchdog.cancel()
        raise AssertionError(f"the broker did not start:\n{self.log()[-4000:]}")

    def spawn(self) -> subprocess.Popen[str]:
        """Start without waiting for readiness, to be killed on the way."""
        command = [sys.executable, "-m", "wirekafka", "serve"]
        command += ["--listen", f"127.0.0.1:{self.port}"]
        if not any(setting.startswith("log.dirs=") for setting in self._settings):
            command += ["--data-dir", str(self.data_dir)]  # it would win
        for setting in self._settings:
            command += ["--set", setting]
        command += self._options
        with self.log_path.open("a") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment(),
                cwd=self.data_dir.parent,
            )
        return self._process

    def kill(self) -> None:
        """kill -9; what it wrote stays in the page cache, what it held in memory is gone."""
        assert self._process is not None
        self._process.kill()
        self._process.communicate()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.communicate(timeout=STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                self.kill()
        return self._process.returncode

    def log(self) -> str:
        """What all of its lives have logged."""
        return self.log_path.read_text(errors="replace")


def environment() -> dict[str, str]:
    """Ours, with the rooms of this checkout importable."""
    paths = [
        str(ROOT),
        str(ROOT / "protocol"),
        str(ROOT / "storage"),
        str(Path(__file__).parents[1]),
    ]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
