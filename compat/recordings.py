"""Recorded conversations: one JSON file per scenario, in a folder per broker.

`recorded/kafka-4.3.1` holds what the real broker answered and is what wirekafka is compared with;
`recorded/wirekafka` holds wirekafka's own answers where it differs on purpose (DIFFERS).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .scenario import Scenario
from .wire.step import Step

RECORDED = Path(__file__).resolve().parent / "recorded"
REFERENCE = RECORDED / "kafka-4.3.1"
OURS = RECORDED / "wirekafka"
_WIDTH = 110


def read(folder: Path, scenario: Scenario) -> list[Step] | None:
    """The recorded steps; None when there is no recording."""
    try:
        text = _path(folder, scenario).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return [Step.from_json(step) for step in json.loads(text)["steps"]]


def write(folder: Path, scenario: Scenario, steps: list[Step]) -> bool:
    """Store steps; whether that changed the file."""
    path = _path(folder, scenario)
    content = {"expectation": scenario.expectation, "steps": [step.json() for step in steps]}
    text = pretty(content) + "\n"
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    # An interrupt must not leave half of one.
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
    return True


def orphans(folder: Path, scenarios: list[Scenario]) -> list[Path]:
    """Recordings without a scenario: it was renamed or deleted."""
    wanted = {_path(folder, scenario) for scenario in scenarios}
    return sorted(path for path in folder.glob("*/*.json") if path not in wanted)


def pretty(value: Any, indent: int = 0) -> str:
    """JSON in which a list or object that fits into a line stands in one: short enough to keep,
    and with differences that can be read."""
    line = json.dumps(value, ensure_ascii=False)
    if indent + len(line) <= _WIDTH or not isinstance(value, dict | list) or not value:
        return line
    gap = "\n" + " " * (indent + 1)
    if isinstance(value, list):
        return "[" + gap + f",{gap}".join(pretty(one, indent + 1) for one in value) + gap[:-1] + "]"
    rows = [f"{json.dumps(key)}: {pretty(one, indent + 1)}" for key, one in value.items()]
    return "{" + gap + f",{gap}".join(rows) + gap[:-1] + "}"


def _path(folder: Path, scenario: Scenario) -> Path:
    return folder / scenario.area / f"{scenario.name}.json"
