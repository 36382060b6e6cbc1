"""Every mark of a scenario is explained where people look for it."""

from __future__ import annotations

from pathlib import Path

from compat.scenario import find_scenarios

FINDINGS = (Path(__file__).parents[2] / "compat" / "FINDINGS.md").read_text(encoding="utf-8")


def test_every_awaited_feature_is_explained():
    features = {scenario.feature for scenario in find_scenarios() if scenario.feature}
    assert {feature for feature in features if feature not in FINDINGS} == set()


def test_every_difference_on_purpose_is_explained():
    names = {scenario.name for scenario in find_scenarios() if scenario.differs}
    assert {name for name in names if name not in FINDINGS} == set()
