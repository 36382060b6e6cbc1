"""Damaged bytes: every truncation, and the same damage for the same seed."""

from __future__ import annotations

import random

import pytest
from fuzzing.mutations import deleted, flipped, huge_length, inserted, mutations

DATA = bytes(range(20))


def test_every_truncation_is_there_once() -> None:
    cut = [data for damage, data in mutations(DATA, random.Random(1), 0) if damage == "truncated"]
    assert cut == [DATA[:end] for end in range(20)]


def test_the_same_seed_gives_the_same_damage() -> None:
    one, other = (list(mutations(DATA, random.Random(7), 5)) for _ in range(2))
    assert one == other
    assert len(one) == 20 + 4 * 5


@pytest.mark.parametrize("seed", range(30))
def test_each_damage_does_what_its_name_says(seed: int) -> None:
    chance = random.Random(seed)
    assert len(flipped(DATA, chance)) == len(DATA)
    assert len(inserted(DATA, chance)) > len(DATA)
    assert len(deleted(DATA, chance)) < len(DATA)
    assert huge_length(DATA, chance) != DATA


def test_empty_data_is_no_special_case() -> None:
    assert all(len(data) <= 16 for _, data in mutations(b"", random.Random(2), 20))
