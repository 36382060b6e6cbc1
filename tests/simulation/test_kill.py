"""A short run of kill -9 under load, with damaged files; bin/simulate kill makes long ones."""

from __future__ import annotations

from pathlib import Path

from simulating import kill


def test_kill_9_under_load_loses_nothing_acknowledged(tmp_path: Path) -> None:
    summary = kill.run(tmp_path, seed=6, rounds=1, damaging=True, longest_s=0.3, say=lambda _: None)
    assert summary.problems == []
    assert summary.acknowledged > 0
