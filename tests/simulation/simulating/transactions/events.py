"""What a client did and was told, as JSON lines: one file per life of a process.

Every line names its transaction and an event:

    begin
    produce    records: [[topic, partition, value], …]; before they are handed to the client
    offsets    group, offsets: {partition of the input: next offset}
    commit     it will be asked for; abort likewise
    committed  the client said so; aborted likewise
    unknown    the client cannot know; error: why

A line is in the file before what it announces is done, and a process that is killed leaves at
most a torn last line, which readers ignore. Records carry the name of their transaction as key.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Journal:
    """The writing end; transactions are named `<client>.<life>.<number>`."""

    def __init__(self, path: Path, client: str, life: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._life = f"{client}.{life}"
        self._number = 0

    @property
    def transaction(self) -> str:
        return f"{self._life}.{self._number}"

    def begin(self) -> None:
        self._number += 1
        self.write("begin")

    def write(self, event: str, **more: Any) -> None:
        line = {"transaction": self.transaction, "event": event, **more}
        os.write(self._file, json.dumps(line, separators=(",", ":")).encode() + b"\n")


def read_events(path: Path) -> Iterator[dict[str, Any]]:
    """All whole lines."""
    for line in path.read_bytes().split(b"\n")[:-1]:
        yield json.loads(line)
