"""A short run of kill -9 while the whole state is changed, and that what it compares with finds
what is wrong; bin/simulate restores makes long ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulating.restores import run
from simulating.restores.state import State
from simulating.restores.writers import GROUP, TOPIC, Writers


@pytest.mark.parametrize("kind", ["restore", "reset a prefix"])
def test_a_change_of_the_whole_state_is_done_or_not_whenever_it_is_killed(
    tmp_path: Path, kind: str
) -> None:
    summary = run.run(tmp_path, seed=5, rounds=1, topics=2, kinds=[kind], say=lambda _: None)
    assert summary.problems == []
    assert (summary.rounds, summary.old[kind] + summary.new[kind]) == (1, 1)


def state() -> State:
    """Two topics and two groups, one of each on either side of a prefix."""
    return State(
        {("test-t", 0): ["a", "b"], ("kept-t", 0): [], (TOPIC, 0): ["0", "1"]},
        {("test-g", "test-t", 0): 2, (GROUP, TOPIC, 0): 7},
    )


def test_what_is_the_same_has_no_difference() -> None:
    assert state().difference(state()) == ""


@pytest.mark.parametrize(
    "key", [("test-t", 0), ("kept-t", 0)], ids=["with records", "without records"]
)
def test_a_partition_that_is_gone_is_found(key: tuple[str, int]) -> None:
    other = state()
    del other.records[key]
    assert str(key) in state().difference(other)
    assert str(key) in other.difference(state())


def test_a_record_and_an_offset_that_are_gone_are_found() -> None:
    other = state()
    other.records["test-t", 0].pop()
    other.offsets["test-g", "test-t", 0] = 1
    assert state().difference(other).count(";") == 1


def test_without_a_prefix_is_what_a_reset_of_it_leaves() -> None:
    left = state().without("test-")
    assert {name for name, _ in left.records} == {"kept-t", TOPIC}
    assert {group for group, *_ in left.offsets} == {GROUP}


def writers(acknowledged: set[str], committed: int) -> Writers:
    """Some that have been told so much, and have ended."""
    found = Writers.__new__(Writers)
    found.acknowledged, found.committed = acknowledged, committed
    return found


def test_what_was_acknowledged_and_is_there_is_accepted() -> None:
    assert writers({"0", "1"}, 7).check(state()) == []
    assert writers({"1"}, 6).check(state()) == []


def test_an_acknowledged_record_that_is_gone_is_found() -> None:
    assert writers({"1", "2"}, 7).check(state()) == ["1 acknowledged records are lost: ['2']"]


def test_an_acknowledged_offset_that_is_gone_is_found() -> None:
    assert writers(set(), 8).check(state()) == ["offset 7 is below the acknowledged 8"]


@pytest.mark.parametrize("left", ["data/.restore", "data/t-0.ab-stray", "data.snapshots/.-new-b"])
def test_what_is_left_behind_is_found(tmp_path: Path, left: str) -> None:
    for name in ("data/t-0", "data.snapshots/a", left):
        (tmp_path / name).mkdir(parents=True)
    (problem,) = run.left_behind([tmp_path / "data"])
    assert Path(left).name in problem
    (tmp_path / left).rmdir()
    assert run.left_behind([tmp_path / "data"]) == []
