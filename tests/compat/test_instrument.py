"""The runner of `bin/compat instrument`: its checks, and a client program that is a few lines of
Python here. What the checks prove needs the real clients."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compat.console import Console
from compat.instrument import remote, runner
from compat.instrument.check import Check, find_checks
from compat.instrument.remote import REMOTES, Remote, RemoteError, RemoteMissing
from compat.instrument.stage import CheckFailed, Stage

FAKE = """\
#!{python}
import json, sys
if sys.argv[1] == "--install":
    print("what the tool chain says", file=sys.stderr)
    sys.exit({install})
for line in sys.stdin:
    asked = json.loads(line)
    if asked["do"] == "die":
        sys.exit(1)
    print("a library that prints")
    answer = {{"error": "NoSuch: command"}} if asked["do"] == "bad" else {{"ok": asked}}
    print(json.dumps({{"id": asked["id"], **answer}}), flush=True)
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Remote]:
    """A remote whose program is a script; `install` is the exit code of its --install."""

    def make(install: int = 0) -> Remote:
        folder = tmp_path / "java"
        folder.mkdir(exist_ok=True)
        script = folder / "run"
        script.write_text(FAKE.format(python=sys.executable, install=install))
        script.chmod(0o755)
        monkeypatch.setattr(remote, "FOLDER", tmp_path)
        return Remote("java")

    return make


@pytest.fixture
def program(fake: Callable[..., Remote]) -> Iterator[Remote]:
    with fake() as started:
        yield started


def test_every_check_says_what_it_expects_and_has_a_name_of_its_own() -> None:
    checks = find_checks()
    names = [f"{one.subject}.{one.name}" for one in checks]
    assert len(set(names)) == len(names) > 30
    assert all(one.expectation for one in checks)
    assert [one.subject for one in find_checks(["reset.every"])] == ["reset"]
    assert find_checks(["no such"]) == []


def test_every_effect_of_a_fault_has_a_check() -> None:
    from wirekafka.faults.rule import Effect

    sources = Path(runner.__file__).parent / "checks"
    text = (sources / "fault_effects.py").read_text()
    missing = [effect.value for effect in Effect if f'effect="{effect.value}"' not in text]
    assert missing == ["error"]  # it is implied by error=
    assert 'error="NOT_LEADER_OR_FOLLOWER"' in text


def test_a_program_answers_and_fails_in_its_own_words(program: Remote) -> None:
    assert program.ask("send", who="p")["who"] == "p"
    with pytest.raises(RemoteError, match="NoSuch: command"):
        program.ask("bad")


def test_what_a_program_owes_is_told_when_it_dies(program: Remote) -> None:
    with pytest.raises(RemoteError, match="gone"):
        program.ask("die")
    with pytest.raises(RemoteError, match="gone"):
        program.ask("send")


def test_a_killed_program_is_gone(program: Remote) -> None:
    program.ask("send")
    program.kill()
    with pytest.raises(RemoteError, match="gone"):
        program.ask("send")


def test_a_missing_tool_chain_is_told_apart_from_a_broken_build(
    fake: Callable[..., Remote],
) -> None:
    with pytest.raises(RemoteMissing, match="what the tool chain says"), fake(install=77):
        pass
    with pytest.raises(RemoteError, match="what the tool chain says"), fake(install=3):
        pass


def judged(program: Remote, scene: Callable[[Stage], None], *needs: str) -> runner.Outcome:
    one = Check("scene", "subject", "what is expected", scene, needs=needs)
    return runner.play(one, {"java": program}, "java", loops=1)


def test_a_check_is_judged_by_what_happens(program: Remote) -> None:
    def good(stage: Stage) -> None:
        topic = stage.topic(2, retention_ms="1000")
        stage.control.seed(records=[{"topic": topic, "value": "x"}])
        stage.equal("stored", stage.stored(topic), ["x"])
        stage.fault("late", effect="latency", ms=1)
        stage.equal("hits", stage.end_fault("late")["hits"], 0)
        stage.saw("a figure")

    def wrong(stage: Stage) -> None:
        stage.equal("one", 1, 2)

    def refused(stage: Stage) -> None:
        stage.fault("nonsense", effect="none")

    def failing(stage: Stage) -> None:
        stage.remote.ask("bad")

    done = judged(program, good)
    assert (done.result, done.detail, done.seen) == ("pass", "", ("a figure",))
    for scene, said in ((wrong, "one: 1, expected 2"), (refused, "400"), (failing, "NoSuch")):
        done = judged(program, scene)
        assert done.result == "fail"
        assert said in done.detail


def test_a_check_is_skipped_where_the_library_lacks_what_it_needs(
    program: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(remote.LACKS, "java", frozenset({"wings"}))
    done = judged(program, lambda stage: None, "wings")
    assert (done.result, done.detail) == ("skip", "the library has no wings")


def test_a_wait_ends_with_what_it_waits_for_or_fails(program: Remote) -> None:
    def waits(stage: Stage) -> None:
        looks = iter([None, [], "found"])
        stage.equal("found", stage.eventually("it comes", lambda: next(looks)), "found")
        with pytest.raises(CheckFailed, match="it never comes"):
            stage.eventually("it never comes", lambda: None, limit_s=0)
        with pytest.raises(CheckFailed, match="did not fail"):
            stage.fails("it", lambda: 1)

    assert judged(program, waits).detail == ""


def test_a_name_that_nothing_has_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.run(Console(), [], ["cobol"]) == 2
    assert ", ".join(REMOTES) in capsys.readouterr().err
    assert runner.run(Console(), ["no such"], []) == 2
