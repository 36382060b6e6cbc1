"""A short run; bin/simulate workers makes twenty of two hundred tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulating import workers


def test_tests_with_the_same_names_do_not_meet(tmp_path: Path) -> None:
    summary = workers.run(tmp_path, rounds=1, tests=4, workers=2, say=lambda _: None)
    assert summary.problems == []
    assert summary.rounds == 1


def test_a_red_run_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "TESTS", workers.TESTS.replace("offset() == 0", "offset() == 1"))
    summary = workers.run(tmp_path, rounds=1, tests=2, workers=1, say=lambda _: None)
    assert len(summary.problems) == 1
    assert "2 failed" in summary.problems[0]
