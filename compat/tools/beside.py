"""A tool that goes on while others run: it is started, waited for until it has printed something,
and stopped at the end of its script.

Invariant: its output is read all the time, so that it never waits for a full pipe.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence

_STOP_LIMIT_S = 5.0


class Beside:
    """One process and the lines that it has printed."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: list[str] = []
        self._ended = False
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self, text: str, limit_s: float) -> tuple[bool, str]:
        """Whether it printed the text in time; what it printed until then, with the whole line."""
        end = time.monotonic() + limit_s
        with self._changed:
            while True:
                found = [at for at, line in enumerate(self._lines) if text in line]
                if found:
                    return True, "".join(self._lines[: found[0] + 1])
                left = end - time.monotonic()
                if self._ended or left <= 0:
                    return False, "".join(self._lines)
                self._changed.wait(left)

    def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()
