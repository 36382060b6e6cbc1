"""One state in the place of another, with the process killed at every single step of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from wirekafka_storage.errors import DirectoryError, LockError
from wirekafka_storage.files import Disk

from wirekafka import state_exchange
from wirekafka.state_exchange import FOLDER, StateExchange, finish_exchange

STEPS = ("mkdir", "touch", "rename", "unlink")
"""Of pathlib, by which the exchange changes anything."""


class Killed(BaseException):
    """The process ends here."""


class Machine:
    """Two log directories, and a snapshot of each."""

    def __init__(self, base: Path) -> None:
        self.directories = [base / "one", base / "two"]
        self.kept = {path: str(base / f"{path.name}-kept") for path in self.directories}
        for path in self.directories:
            write(path, "old")
            (path / ".lock").write_text("")
            write(Path(self.kept[path]), "new")

    @property
    def exchange(self) -> StateExchange:
        return StateExchange([str(path) for path in self.directories])

    @property
    def state(self) -> set[str]:
        """What the contents of all files say: one word, where nothing is mixed."""
        found: set[str] = set()
        for path in self.directories:
            names = {entry.name for entry in path.iterdir()} - {FOLDER, ".lock"}
            files = [entry for entry in path.rglob("*") if entry.is_file()]
            files = [
                entry for entry in files if entry.name != ".lock" and FOLDER not in entry.parts
            ]
            found |= {entry.read_text() for entry in files}
            assert names in (of("old"), of("new")), names
        return found


def of(word: str) -> set[str]:
    """The names in a directory with this state."""
    return {"meta.properties", "both-0", f"only-{word}-0"}


def write(path: Path, word: str) -> None:
    for name in of(word):
        if name.endswith("-0"):
            (path / name).mkdir(parents=True)
            (path / name / "00000000000000000000.log").write_text(word)
        else:
            path.mkdir(exist_ok=True)
            (path / name).write_text(word)


@pytest.fixture
def kill_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Any]:
    """kill_at(n): the n-th step from now on is not done, and nothing behind it."""
    left: Iterator[int] = itertools.repeat(1)

    def counted(name: str) -> Callable[..., Any]:
        step = getattr(Path, name)

        def call(self: Path, *arguments: Any, **options: Any) -> Any:
            if next(left, 0) == 0:
                raise Killed
            return step(self, *arguments, **options)

        return call

    for name in STEPS:
        monkeypatch.setattr(Path, name, counted(name))

    def begin(number: int) -> None:
        nonlocal left
        left = itertools.chain(itertools.repeat(1, number), itertools.repeat(0))
        if number < 0:
            left = itertools.repeat(1)

    return begin


def test_without_a_kill_the_new_state_is_there_and_nothing_else(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    exchange = machine.exchange
    exchange.prepare(machine.kept)
    assert machine.state == {"old"}
    exchange.apply()
    assert machine.state == {"new"}
    exchange.clean()
    assert not exchange.is_begun
    assert all((path / ".lock").exists() for path in machine.directories)
    assert {Path(kept, "both-0").is_dir() for kept in machine.kept.values()} == {True}


def test_a_kill_at_any_step_leaves_the_old_or_the_new_state(
    tmp_path: Path, kill_at: Callable[[int], Any]
) -> None:
    seen: list[set[str]] = []
    for number in itertools.count():
        base = tmp_path / str(number)
        base.mkdir()
        machine = Machine(base)
        exchange = machine.exchange
        kill_at(number)
        try:
            exchange.prepare(machine.kept)
            exchange.apply()
            exchange.clean()
            break
        except Killed:
            kill_at(-1)
        finish_exchange([str(path) for path in machine.directories])
        seen.append(machine.state)
        assert not machine.exchange.is_begun
    # Once it is decided there is no way back.
    assert seen == sorted(seen, key=lambda state: state == {"new"})
    assert {"old"} in seen
    assert seen.count({"new"}) > 10
    assert all(len(state) == 1 for state in seen)


def test_a_second_kill_while_a_start_goes_on_changes_nothing(
    tmp_path: Path, kill_at: Callable[[int], Any]
) -> None:
    for number in itertools.count():
        base = tmp_path / str(number)
        base.mkdir()
        machine = Machine(base)
        exchange = machine.exchange
        exchange.prepare(machine.kept)
        kill_at(8)
        with pytest.raises(Killed):
            exchange.apply()
        kill_at(number)
        try:
            finish_exchange([str(path) for path in machine.directories])
            break
        except Killed:
            kill_at(-1)
        finish_exchange([str(path) for path in machine.directories])
        assert machine.state == {"new"}
    assert number > 5


def test_a_half_prepared_state_is_prepared_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path)
    exchange = machine.exchange
    full = iter([False, True])
    instantiate = state_exchange.directory_snapshot.instantiate

    def fails_once(files: Disk, kept: str, target: str) -> None:
        if next(full, False):
            raise OSError(28, "no space left on device")
        instantiate(files, kept, target)

    monkeypatch.setattr(state_exchange.directory_snapshot, "instantiate", fails_once)
    with pytest.raises(OSError, match="no space"):
        exchange.prepare(machine.kept)
    assert not exchange.is_begun
    assert machine.state == {"old"}
    exchange.prepare(machine.kept)
    exchange.apply()
    assert machine.state == {"new"}


def test_a_directory_in_use_is_not_touched(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.exchange.prepare(machine.kept)
    held = Disk().lock(str(machine.directories[1] / ".lock"))
    with pytest.raises(LockError):
        finish_exchange([str(path) for path in machine.directories])
    Disk.close(held)
    assert machine.exchange.is_begun
    finish_exchange([str(path) for path in machine.directories])
    assert not machine.exchange.is_begun


def test_what_cannot_be_finished_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill_at: Callable[[int], Any]
) -> None:
    machine = Machine(tmp_path)
    exchange = machine.exchange
    exchange.prepare(machine.kept)
    kill_at(3)
    with pytest.raises(Killed):
        exchange.apply()
    kill_at(-1)

    def refuse(self: Path, target: Path) -> None:
        raise OSError(5, "input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", refuse)
        with pytest.raises(DirectoryError, match="restore was interrupted"):
            finish_exchange([str(path) for path in machine.directories])
    finish_exchange([str(path) for path in machine.directories])
    assert machine.state == {"new"}


def test_the_order_of_the_directories_may_change_in_between(
    tmp_path: Path, kill_at: Callable[[int], Any]
) -> None:
    machine = Machine(tmp_path)
    exchange = machine.exchange
    exchange.prepare(machine.kept)
    kill_at(5)
    with pytest.raises(Killed):
        exchange.apply()
    kill_at(-1)
    finish_exchange([str(path) for path in reversed(machine.directories)])
    assert machine.state == {"new"}
