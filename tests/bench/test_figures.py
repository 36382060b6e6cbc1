"""Requirements and verdicts of the benchmark's table."""

from __future__ import annotations

import pytest

from bench.figures import ROWS, Figure, medians
from bench.fresh_rows import FRESH
from bench.steady import STEADY

FASTER = Figure("x", "requests", "/s", "higher", ratio=4)
LIGHTER = Figure("x", "CPU", "µs", "lower", ratio=1 / 6)
QUICK_ENOUGH = Figure("x", "first record", "s", "lower", limit=0.2)
NOTED = Figure("x", "p99", "µs", "lower")


@pytest.mark.parametrize(
    ("figure", "ours", "reference", "verdict"),
    [
        (FASTER, 40, 10, "pass"),
        (FASTER, 39, 10, "miss"),
        (FASTER, 40, None, ""),
        (LIGHTER, 10, 60, "pass"),
        (LIGHTER, 11, 60, "miss"),
        (QUICK_ENOUGH, 0.2, None, "pass"),
        (QUICK_ENOUGH, 0.3, 3.0, "miss"),
        (NOTED, 1, 1, ""),
    ],
)
def test_verdict(figure, ours, reference, verdict):
    assert figure.verdict(ours, reference) == verdict


def test_requirement_in_words():
    assert FASTER.required() == "≥ 4 × the reference"
    assert LIGHTER.required() == "≤ 1/6 of the reference"
    assert QUICK_ENOUGH.required() == "≤ 0.2 s"
    assert NOTED.required() == ""


def test_every_row_has_its_measurement():
    assert {row.name for row in ROWS if row.fresh} == set(FRESH)
    assert {row.name for row in ROWS if not row.fresh} == set(STEADY)


def test_a_series_stands_for_its_median():
    assert medians({"a": [3.0, 1.0, 2.0], "b": []}) == {"a": 2.0}
