"""A few starts; bin/simulate starts makes two hundred."""

from __future__ import annotations

from pathlib import Path

from simulating import starts


def test_the_first_connection_finds_a_broker_that_does_everything(tmp_path: Path) -> None:
    summary = starts.run(tmp_path, rounds=5, say=lambda _: None)
    assert summary.problems == []
    assert len(summary.answers_ms) == 5
