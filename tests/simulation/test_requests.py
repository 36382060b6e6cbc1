"""A short run of random requests; bin/simulate requests makes long ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulating import requests

STEPS = 150


@pytest.mark.parametrize("seed", range(1, 4))
def test_random_requests_crashes_and_clock_jumps_keep_the_invariants(
    tmp_path: Path, seed: int
) -> None:
    result = requests.run(tmp_path, seed=seed, steps=STEPS)
    assert result.steps == STEPS
    assert result.records > 0


def test_the_same_seed_is_the_same_run(tmp_path: Path) -> None:
    digests = []
    for number in range(2):
        base = tmp_path / str(number)
        base.mkdir()
        digests.append(requests.run(base, seed=5, steps=STEPS).digest)
    assert digests[0] == digests[1]
