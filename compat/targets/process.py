"""A broker as a child process: log to a file, stop by SIGTERM with a limit, kill, tail of the log.

Only this process is ever signalled, by its own handle; one that does not stop in time is killed.
"""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

STOP_LIMIT_S = 30.0


class BrokerProcess:
    """One run of a command. The log is appended to, so that it spans restarts."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str]) -> None:
        self._log = log
        with open(log, "ab") as out:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environment,
                # Ctrl-C reaches the terminal's whole group; the suite itself stops its brokers.
                start_new_session=True,
            )

    def alive(self) -> bool:
        """Whether it runs."""
        return self._child.poll() is None

    def stop(self) -> None:
        """A clean stop, a kill when that takes too long."""
        if self.alive():
            self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As a power failure of the process."""
        self._child.kill()
        self._child.wait()


def tail(log: Path, lines: int) -> str:
    """The last lines of a file; empty when there is none."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
