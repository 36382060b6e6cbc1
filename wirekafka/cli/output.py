"""What the commands have in common on their way out: errors, tables, JSON, progress.

Results go to standard output and everything else to standard error. Nothing is coloured.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

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
    """A bar on standard error, after two seconds, if that is a terminal; otherwise nothing."""
    if quiet or not sys.stderr.isatty():
        return _NoProgress()
    from tqdm import tqdm

    bar: AbstractContextManager[Progress] = tqdm(
        total=total,
        unit=unit,
        unit_scale=True,
        delay=_PROGRESS_DELAY_S,
        leave=False,
        file=sys.stderr,
    )
    return bar


class _NoProgress(AbstractContextManager["_NoProgress"]):
    def update(self, done: int) -> None:
        pass

    def __exit__(self, *unused: object) -> None:
        pass
