"""What the commands have in common on their way out: errors, tables, JSON, progress.

Results go to standard output and everything else to standard error. Nothing is coloured.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from typing import Any, BinaryIO, Protocol, TextIO

_PROGRESS_DELAY_S = 2  # what is over sooner needs no bar


class CommandError(Exception):
    """The command cannot do what was asked; the message is one line for the person who asked."""


class Progress(Protocol):
    """Takes steps as they are done."""

    def update(self, done: int) -> object:
        """`done` more units are done."""


def complain(message: str) -> None:
    """One line on standard error."""
    print(f"wirekafka: {' '.join(message.split())}", file=sys.stderr)


def note(message: str) -> None:
    """A remark that is not part of the result."""
    print(message, file=sys.stderr)


def print_json(document: object) -> None:
    """One JSON document on standard output."""
    print(json.dumps(document, indent=2, ensure_ascii=False, default=str))


def print_table(columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[object]]) -> None:
    """Left-aligned columns under their titles; (title, least width). None is shown as "-"."""
    cells = [["-" if cell is None else str(cell) for cell in row] for row in rows]
    titles = [title for title, _ in columns]
    widths = [
        max(least, *(len(line[index]) for line in [titles, *cells]))
        for index, (_, least) in enumerate(columns)
    ]
    for line in [titles, *cells]:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print(" ".join(padded).rstrip())


def progress(
    *, total: int | None, unit: str, quiet: bool = False
) -> AbstractContextManager[Progress]:
    """A bar on standard error, after two seconds, if that is a terminal; otherwise nothing.

    Lines that are printed meanwhile stand above it, where both are on one terminal."""
    return _NoProgress() if quiet or not sys.stderr.isatty() else _bar(total, unit)


@contextmanager
def _bar(total: int | None, unit: str) -> Iterator[Progress]:
    from tqdm import tqdm

    with tqdm(
        total=total,
        unit=unit,
        unit_scale=True,
        delay=_PROGRESS_DELAY_S,
        leave=False,
        file=sys.stderr,
    ) as bar:
        if sys.stdout.isatty():
            with redirect_stdout(_AboveBar(sys.stdout, bar)):
                yield bar
        else:
            yield bar


class _AboveBar(io.TextIOBase):
    """Standard output whose lines first take away the bar; its next step draws it again."""

    def __init__(self, out: TextIO, bar: Any) -> None:
        self._out = out
        self._bar = bar

    def write(self, text: str) -> int:
        if time.time() - self._bar.start_t >= _PROGRESS_DELAY_S:
            self._bar.clear()
        return self._out.write(text)

    def flush(self) -> None:
        self._out.flush()

    def isatty(self) -> bool:
        return True

    @property
    def buffer(self) -> BinaryIO:
        """For those who write bytes."""
        return self._out.buffer


class _NoProgress(AbstractContextManager["_NoProgress"]):
    def update(self, done: int) -> None:
        pass

    def __exit__(self, *unused: object) -> None:
        pass
