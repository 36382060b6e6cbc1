"""What the layout tests look at: every Python file of ours, read and parsed once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("wirekafka", "protocol", "storage", "tests", "bench", "bin", "compat")


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its path relative to the repository, its text, its syntax tree."""

    path: str
    text: str
    tree: ast.Module


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def sources() -> list[Source]:
    """Every Python file that people write or `bin/generate` writes."""
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            found.append(Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    assert len(found) > 20, "the layout tests look at the wrong directory"
    return found
