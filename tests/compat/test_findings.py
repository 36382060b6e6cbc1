"""Every mark of a scenario is explained where people look for it, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

from compat.scenario import find_scenarios

FINDINGS = (Path(__file__).parents[2] / "compat" / "FINDINGS.md").read_text(encoding="utf-8")


def tables(header: str) -> list[list[str]]:
    """The rows, as cells, of all tables that begin with this column."""
    found: list[list[str]] = []
    inside = False
    for line in FINDINGS.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == header:
            inside = True
        elif inside and not set(line) <= set("|-:"):
            found.append(cells)
    return found


def test_every_awaited_feature_is_a_row():
    features = {scenario.feature for scenario in find_scenarios() if scenario.feature}
    explained = {
        feature
        for first, *_ in tables("feature")
        for feature in re.split(r", | and ", re.sub(r" \(.*?\)", "", first))
    }
    explained |= {first for first, *_ in tables("feature")}
    assert features - explained == set()


def test_the_scenarios_that_differ_on_purpose_are_the_rows_of_the_first_table():
    names = {scenario.name for scenario in find_scenarios() if scenario.differs}
    rows = tables("what")
    assert {row[-1] for row in rows if not row[-1].startswith("(")} == names
    assert all(all(row) for row in rows), "each says why and what is visible"
