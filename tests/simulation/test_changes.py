"""A short run of kill -9 while metadata and groups are changed, and that what it compares with
finds what is lost; bin/simulate changes makes long ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulating.changes import run
from simulating.changes.register import Registers


def test_kill_9_loses_no_change_that_was_acknowledged(tmp_path: Path) -> None:
    summary = run.run(tmp_path, seed=3, rounds=2, most=300, say=lambda _: None)
    assert summary.problems == []
    assert all(summary.acknowledged.values()), summary


def registers() -> Registers:
    """One value that is known, "old", and nothing else."""
    found = Registers("config")
    found.ask("a", "old")
    found.acknowledge("a")
    return found


def test_what_is_as_it_was_acknowledged_is_accepted() -> None:
    assert registers().check({"a": "old"}) == []


@pytest.mark.parametrize("value", [None, "older"])
def test_another_value_than_the_acknowledged_one_is_found(value: str | None) -> None:
    rows = {} if value is None else {"a": value}
    assert registers().check(rows) == [f"config a is {value}, acknowledged was old"]


def test_what_nobody_asked_for_is_found() -> None:
    assert registers().check({"a": "old", "b": "new"}) == ["config b is new, acknowledged was None"]


@pytest.mark.parametrize("value", ["old", "new"])
def test_what_was_not_answered_may_have_happened_or_not(value: str) -> None:
    one = registers()
    one.ask("a", "new")
    assert one.check({"a": value}) == []
    assert one.known("a") == value
    other = "old" if value == "new" else "new"
    assert one.check({"a": other}) != []  # it cannot change its mind


def test_a_deletion_that_was_acknowledged_lasts() -> None:
    one = registers()
    one.ask("a", None)
    one.acknowledge("a")
    assert one.check({}) == []
    assert one.check({"a": "old"}) == ["config a is old, acknowledged was None"]


def test_what_was_refused_has_not_happened() -> None:
    one = registers()
    one.ask("a", "new")
    one.refuse("a")
    assert one.check({"a": "new"}) == ["config a is new, acknowledged was old"]
