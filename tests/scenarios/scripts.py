"""Scripts that carry their own transcript: how they are run, compared and written anew.

A script is a list of commands, one per line, each followed by what it led to, indented by four
spaces. "word NAME KEY=VALUE" calls `do_word([NAME], {KEY: VALUE})` of the scenario, which adds to
`lines` what happens. "#" begins a comment.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from memory_log import MemoryLog

from wirekafka.coordinator.group import records
from wirekafka.coordinator.machine import ProducerStamp

_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_REWRITE = "WIREKAFKA_REWRITE_SCENARIOS"


class Scenario(Protocol):
    """What runs commands; `lines` is the transcript so far."""

    lines: list[str]


def of_folder(name: str) -> list[Path]:
    """The scripts in a folder beside this file."""
    found = sorted((Path(__file__).parent / name).glob("*.txt"))
    assert found, f"there are no scripts in {name}"
    return found


def transcript(path: Path, scenario: Scenario) -> str:
    """What the script leads to; it becomes the script if the environment says so."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            continue
        scenario.lines.append(line)
        words = line.split()
        if words and not line.startswith("#"):
            options = dict(word.split("=", 1) for word in words[1:] if "=" in word)
            names = [word for word in words[1:] if "=" not in word]
            getattr(scenario, f"do_{words[0]}")(names, options)
    text = "\n".join(scenario.lines) + "\n"
    if _REWRITE in os.environ:
        path.write_text(text, encoding="utf-8")
    return text


def milliseconds(text: str) -> int:
    """From "3s"."""
    number = text.rstrip("".join(_UNITS))
    return int(number) * _UNITS[text[len(number) :]]


class ShownLog(MemoryLog):
    """A log that shows what is written, as `text` says it, and what it refuses."""

    def __init__(self, show: Callable[[str], None], text: Callable[[Any], str]) -> None:
        super().__init__()
        self._show, self._text = show, text

    def append(
        self,
        batch_records: list[tuple[bytes, bytes | None]],
        now_ms: int,
        producer: ProducerStamp | None = None,
    ) -> int:
        if self.failure is not None:
            self._show(f"log refuses {len(batch_records)} record(s)")
        end_offset = super().append(batch_records, now_ms, producer)
        for key, value in batch_records:
            self._show(f"log {self._text(records.decode_record(key, value))}")
        return end_offset
