"""What clients were told: fixed-size rows, appended by one process, read by another.

A row is in the file when `write` has returned, so a reader sees whole rows as long as the writer
is not killed in between. The reader ignores a torn last row.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_ROW = struct.Struct("<BBqq")


class Row(NamedTuple):
    """In a producer's journal: a record that was acknowledged, by lane, number and place.

    In a consumer's: lane `CONSUMED` or `COMMITTED`, number -1, and the offset behind the last one.
    """

    lane: int
    partition: int
    number: int
    offset: int


CONSUMED = 0
COMMITTED = 1


class Journal:
    """The writing end."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def write(self, rows: list[Row]) -> None:
        self._file.write(b"".join([_ROW.pack(*row) for row in rows]))


def read_journal(path: Path) -> Iterator[Row]:
    """All whole rows; none when the file does not exist yet."""
    if not path.exists():
        return
    data = path.read_bytes()
    whole = len(data) - len(data) % _ROW.size
    for fields in _ROW.iter_unpack(data[:whole]):
        yield Row(*fields)
