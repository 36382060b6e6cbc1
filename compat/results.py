"""Stored results: a JSON file per part and target in `compat/results`, the source of the report.

A file is replaced by a full run only, and holds nothing that changes from run to run without a
reason (no times), so that a commit shows what changed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .verdict import Result, Verdict

FOLDER = Path(__file__).resolve().parent / "results"
Asked = dict[str, dict[str, list[int]]]
"""By the name that a client gives itself, and by API: the versions that it asked, in order."""
_RUN = re.compile(r"\bc[0-9a-f]{6}-")  # begins the names that a run makes
_ADDRESS = re.compile(r"\b127\.0\.0\.1:\d+")
_MOST_DETAIL = 12  # lines; a scenario that fails from its first step on differs everywhere


@dataclass(frozen=True, slots=True)
class WireRow:
    """A wire scenario's result; `apis` maps "Fetch v12" to pass or differs."""

    area: str
    scenario: str
    expectation: str
    result: str
    feature: str = ""
    differs: str = ""
    apis: dict[str, str] = field(default_factory=dict)
    detail: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client scenario's result: pass, fail, skip; `expected` whether a pass is expected, `reason`
    why not, where that is written down (expectations.py).

    `client` is the library or program: a folder may hold several of them."""

    client: str
    scenario: str
    expectation: str
    result: str
    expected: bool = False
    detail: str = ""
    reason: str = ""

    @property
    def gap(self) -> bool:
        """Whether it fails and is known to."""
        return self.result == "fail" and not self.expected


def client_sums(rows: list[ClientRow]) -> str:
    """How many passed, how many are known gaps, how many failed, how many were skipped."""
    found = Counter("known gaps" if row.gap else row.result for row in rows)
    names = ("pass", "known gaps", "fail", "skip")
    return ", ".join(f"{found[name]} {name}" for name in names if found[name])


def wire_row(verdict: Verdict) -> WireRow:
    """What is stored of a verdict."""
    scenario = verdict.conversation.scenario
    detail = [] if verdict.result is Result.PASS else verdict.detail
    if len(detail) > _MOST_DETAIL:
        detail = [*detail[:_MOST_DETAIL], f"… and {len(detail) - _MOST_DETAIL} more"]
    return WireRow(
        scenario.area,
        scenario.name,
        scenario.expectation,
        verdict.result.value,
        scenario.feature,
        scenario.differs,
        {f"{api} v{version}": state for (api, version), state in verdict.apis.items()},
        [_ADDRESS.sub("<host>:<port>", _RUN.sub("", line)) for line in detail],
    )


def write_wire(target: str, rows: list[WireRow], folder: Path = FOLDER) -> Path:
    """Store a full run of the wire scenarios."""
    path = folder / f"wire-{_file_name(target)}.json"
    return _write(path, {"target": target, "scenarios": [asdict(row) for row in rows]})


def write_client(
    target: str, client: str, rows: list[ClientRow], asked: Asked, folder: Path = FOLDER
) -> Path:
    """Store a full run of one client."""
    path = folder / f"client-{client}-{_file_name(target)}.json"
    scenarios = [asdict(row) for row in rows]
    content = {"target": target, "client": client, "asked": asked, "scenarios": scenarios}
    return _write(path, content)


def read_wire(folder: Path = FOLDER) -> dict[str, list[WireRow]]:
    """The stored rows by target."""
    found = {}
    for path in sorted(folder.glob("wire-*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        found[content["target"]] = [WireRow(**row) for row in content["scenarios"]]
    return found


def read_clients(folder: Path = FOLDER) -> dict[str, dict[str, list[ClientRow]]]:
    """The stored rows by client, then by target."""
    found: dict[str, dict[str, list[ClientRow]]] = {}
    for path in sorted(folder.glob("client-*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = [ClientRow(**row) for row in content["scenarios"]]
        found.setdefault(content["client"], {})[content["target"]] = rows
    return found


def read_asked(target: str, folder: Path = FOLDER) -> Asked:
    """What all clients asked of a target in their stored runs."""
    found: Asked = {}
    for path in sorted(folder.glob(f"client-*-{_file_name(target)}.json")):
        found |= json.loads(path.read_text(encoding="utf-8")).get("asked", {})
    return found


def _write(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _file_name(target: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in target)
