"""What a client of the loops writes down: a history (`simulating.history`), one file per life.

Each life of a client is a producer of its own, its transactions are `<client>.<life>.<number>`. A
line is in the file before what it announces is done; a process that is killed leaves at most a
torn last line, which readers ignore. Records carry the name of their transaction as key.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from simulating.transactions.looping import GROUP, SOURCE

Copy = tuple[str, int, str]
"""Topic, partition and value of a record; the value is that of the source, "partition:number"."""


class Journal:
    """The writing end."""

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

    def produce(self, copies: Iterable[Copy]) -> None:
        """They are about to be handed to the client."""
        self.write("produce", records=[record_of(self.transaction, copy) for copy in copies])

    def offsets(self, ends: Mapping[int, int]) -> None:
        """Of partitions of the source."""
        self.write("offsets", group=GROUP, topic=SOURCE, offsets=ends)

    def write(self, event: str, **more: Any) -> None:
        line = {"producer": self._life, "txn": self.transaction, "event": event, **more}
        os.write(self._file, json.dumps(line, separators=(",", ":")).encode() + b"\n")


def record_of(transaction: str, copy: Copy) -> list[Any]:
    """A copy as a record of a history: one source is copied once to each topic."""
    topic, partition, value = copy
    origin, _, number = value.partition(":")
    name = unique_value(transaction, topic, value)
    return [topic, partition, name, [topic, int(origin), int(number)]]


def unique_value(transaction: str, topic: str, value: str) -> str:
    """The same value is in both copies, and again in a transaction after one that was aborted."""
    return f"{transaction} {topic} {value}"
