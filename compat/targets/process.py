"""A broker as a child process: log to a file, stop by SIGTERM with a limit, kill, tail of the log.

Only this process is ever signalled, by its own handle; one that does not stop in time is killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from .target import TargetError, answers, wait_until

STOP_LIMIT_S = 60.0  # Kafka writes every log to the disk when it stops


class BrokerProcess:
    """A command that can be run again and again; the log is appended to, so that it spans runs."""

    def __init__(
        self, command: list[str], log: Path, environment: dict[str, str] | None = None
    ) -> None:
        self._command = command
        self._log = log
        self._environment = os.environ | (environment or {})
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the run that was started last."""
        assert self._child is not None, "it was started"
        return self._child.pid

    def spawn(self) -> None:
        """Run it, without waiting for anything."""
        assert not self.alive(), "one run at a time"
        with open(self._log, "ab") as out:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self._environment,
                # Ctrl-C reaches the terminal's whole group; who started a broker stops it.
                start_new_session=True,
            )

    def start(self, name: str, bootstrap: str, *, limit_s: float) -> None:
        """Run it and wait until it answers; TargetError with the end of its log when it does not.

        A broker that lives but does not answer is left to the caller."""
        self.spawn()
        host, _, port = bootstrap.rpartition(":")
        if not wait_until(lambda: answers(host, int(port)), alive=self.alive, seconds=limit_s):
            raise TargetError(f"{name} did not start:\n{self.log_tail()}")

    def alive(self) -> bool:
        """Whether it runs."""
        return self._child is not None and self._child.poll() is None

    def stop(self) -> None:
        """A clean stop, a kill when that takes too long; nothing when it does not run."""
        if self._child is None:
            return
        if self.alive():
            self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As a power failure of the process; nothing when it does not run."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def log_tail(self, lines: int = 40) -> str:
        """The last lines of the log; empty when there is none."""
        try:
            return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""
