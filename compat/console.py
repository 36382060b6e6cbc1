"""What the suite prints: one line that says how far it is on a terminal, plain lines elsewhere."""

from __future__ import annotations

import shutil
import sys
import time


class Console:
    """Standard output. The progress line is only drawn on a terminal and always wiped again."""

    def __init__(self) -> None:
        self._drawn = False

    def line(self, text: str = "") -> None:
        """A line of output."""
        self._wipe()
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def trouble(self, text: str) -> None:
        """A line of standard error."""
        self._wipe()
        sys.stderr.write(f"bin/compat: {text}\n")
        sys.stderr.flush()

    def progress(self, text: str) -> None:
        """Replace the progress line."""
        if sys.stdout.isatty():
            width = shutil.get_terminal_size().columns - 1
            sys.stdout.write("\r\x1b[K" + text[:width])
            sys.stdout.flush()
            self._drawn = True

    def _wipe(self) -> None:
        if self._drawn:
            sys.stdout.write("\r\x1b[K")
            self._drawn = False


class Progress:
    """Counts what is done, with the time since it began."""

    def __init__(self, console: Console, title: str, total: int) -> None:
        self._console, self._title, self._total = console, title, total
        self._count = 0
        self._began = time.monotonic()

    def done(self, name: str) -> None:
        """One more is done."""
        self._count += 1
        seconds = time.monotonic() - self._began
        self._console.progress(
            f"{self._title} {self._count}/{self._total}  {seconds:.0f} s  {name}"
        )
