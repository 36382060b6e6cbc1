"""Some seeds of the simulation, and the planted bugs that it must find; bin/simulate runs more."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulating.seeds import simulation
from simulating.seeds.mutants import MUTANTS

STEPS = 120
SEEDS = 200
"""Within so many every planted bug must be found; it takes a few."""


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_seed_is_as_in_the_model(tmp_path: Path, seed: int) -> None:
    result = simulation.run(tmp_path, seed=seed, steps=STEPS)
    assert result.steps == STEPS
    assert result.records > 0


def test_the_same_seed_is_the_same_run(tmp_path: Path) -> None:
    runs = []
    for number in range(2):
        base = tmp_path / str(number)
        base.mkdir()
        lines: list[str] = []
        result = simulation.run(base, seed=11, steps=STEPS, say=lines.append)
        runs.append((result.digest, lines))
    assert runs[0] == runs[1]


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_planted_bug_is_found(tmp_path: Path, mutant: str) -> None:
    with MUTANTS[mutant]():
        for seed in range(1, SEEDS + 1):
            base = tmp_path / str(seed)
            base.mkdir()
            try:
                simulation.run(base, seed=seed)
            except simulation.Failed:
                return
    pytest.fail(f"{mutant} was not found within {SEEDS} seeds")
