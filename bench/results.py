"""The stored figures: bench/results/latest.json, one entry per row with every round's samples.

A run replaces the rows that it measured and leaves the others, so that one row can be repeated.
Each row carries its own date and machine.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from . import machine
from .figures import Samples, medians
from .rounds import Outcome
from .target import OURS

PATH = Path(__file__).resolve().parent / "results" / "latest.json"
DIGITS = 4  # significant; more would only make noisy diffs


class StoredRow(TypedDict):
    """One row of the file."""

    date: str
    machine: dict[str, str]
    reference: str | None
    samples: dict[str, Samples]


Stored = dict[str, StoredRow]


def read() -> Stored:
    """The stored rows by name; none when nothing was stored yet."""
    if not PATH.exists():
        return {}
    stored: Stored = json.loads(PATH.read_text())
    return stored


def merge(stored: Stored, outcomes: Sequence[Outcome], reference: str | None) -> Stored:
    """The stored rows with those of this run in their place; failed rows stay as they were."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    merged = dict(stored)
    for outcome in outcomes:
        if OURS in outcome.samples and not outcome.failures:
            merged[outcome.row.name] = StoredRow(
                date=today,
                machine=machine.describe(),
                reference=reference if "reference" in outcome.samples else None,
                samples={name: _rounded(series) for name, series in outcome.samples.items()},
            )
    return merged


def write(stored: Stored) -> None:
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def stored_medians(stored: Stored, row: str, target: str) -> dict[str, float]:
    """Medians of a stored row for one target; empty when it was not measured."""
    return medians(stored[row]["samples"].get(target, {})) if row in stored else {}


def _rounded(series: Samples) -> Samples:
    return {
        key: [float(f"{number:.{DIGITS}g}") for number in numbers]
        for key, numbers in series.items()
    }
