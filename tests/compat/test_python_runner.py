"""The runner of the Python clients: result lines, what hangs, what raises, what dies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from compat.clients.python.scenario import Broker, Skipped, equal, refused, scenarios, until

ROOT = Path(__file__).resolve().parents[2]
AREA = '''
"""Scenarios of no client."""
import asyncio, os, threading, time
from compat.clients.python.scenario import Broker, Skipped, equal

def passes(broker):
    """It passes."""
    print("a library that prints")
    assert broker.bootstrap == "127.0.0.1:1"

def fails(broker):
    """It fails.

    FEATURE: transactions
    """
    equal(1, 2, "the answer")

def skips(broker):
    """It is skipped."""
    raise Skipped("no wings")

def hangs(broker):
    """It hangs.

    LIMIT: 0.4
    """
    threading.Event().wait()

async def waits(broker):
    """It waits for ever.

    LIMIT: 1.2
    """
    await asyncio.Event().wait()

def dies(broker):
    """Its process ends."""
    os._exit(9)

def cleans(broker):
    """It cleans up, in whatever way that ends."""
    broker.later(lambda: open(os.environ["TOLD"], "a").write("first\\n"))
    broker.later(lambda: 1 / 0)
    broker.later(lambda: open(os.environ["TOLD"], "a").write("last\\n"))

def _helps(broker):
    """No scenario."""
'''
MAIN = "import area; from compat.clients.python.runner import main; main('none', [area])"


@pytest.fixture
def run(tmp_path):
    """Runs the scenarios above in a folder that the runner takes for its own clients'."""
    area = tmp_path / "area.py"
    area.write_text(AREA)
    own = f"from compat.clients.python import runner; runner._OWN = {str(tmp_path)!r}; "
    own += "runner.CLEANUP_LIMIT_S = 0.5; "
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}:{tmp_path}",
        "TOLD": str(tmp_path / "told"),
    }

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-c", own + MAIN, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
        )

    return call


def rows(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, object]]:
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["scenario"]: row for row in found}


def test_every_scenario_has_a_line_whatever_becomes_of_it(run, tmp_path):
    found = rows(run("127.0.0.1:1", "--jobs", "7"))
    results = {name: (row["result"], row["detail"]) for name, row in found.items()}
    assert results == {
        "passes": ("pass", ""),
        "fails": ("fail", results["fails"][1]),
        "skips": ("skip", "no wings"),
        "hangs": ("fail", "hung for 0 s: area.py:27 in hangs `threading.Event().wait()`"),
        "waits": ("fail", "hung: area.py:34 `await asyncio.Event().wait()`: "),
        "dies": ("fail", "its process ended without a result"),
        "cleans": ("pass", ""),
    }
    assert str(results["fails"][1]).startswith('area.py:16 `equal(1, 2, "the answer")`: Assertion')
    assert all(row["client"] == "none" for row in found.values())
    assert all(0 <= float(str(row["seconds"])) < 20 for row in found.values())
    assert found["fails"]["expectation"] == "It fails."
    assert found["fails"]["feature"] == "transactions"
    assert "feature" not in found["passes"]
    assert (tmp_path / "told").read_text() == "last\nfirst\n"


def test_only_those_that_are_named_are_run(run):
    assert list(rows(run("127.0.0.1:1", "--jobs", "1", "--only", "skips", "--only", "passes"))) == [
        "passes",
        "skips",
    ]
    assert rows(run("127.0.0.1:1", "--only", "nothing")) == {}


def test_what_a_library_prints_is_no_result(run):
    """With --only it can be seen, but on standard error."""
    done = run("127.0.0.1:1", "--only", "passes")
    assert len(done.stdout.splitlines()) == 1
    assert "a library that prints" in done.stderr


def test_the_list_has_a_line_per_scenario(run):
    lines = run("--list").stdout.splitlines()
    assert lines[:2] == ["passes\tIt passes.", "fails\tIt fails."]
    assert len(lines) == 7


def test_an_address_is_needed(run):
    done = run("--jobs", "1")
    assert done.returncode == 2
    assert "HOST:PORT is missing" in done.stderr


def area(source: str) -> ModuleType:
    """A module made of source; what it defines is its own."""
    module = ModuleType("area")
    exec(textwrap.dedent(source), module.__dict__)
    return module


def test_scenarios_are_the_public_functions_of_one_broker():
    found = scenarios(
        [
            area(
                '''
                ALONE = True
                def restarts(broker):
                    """It restarts."""
                '''
            ),
            area(
                '''
                from os import getcwd
                def sends(broker):
                    """It sends
                    much.

                    LIMIT: 7
                    """
                def _helps(broker): pass
                def counts(broker, number): pass
                '''
            ),
        ]
    )
    assert [(one.name, one.expectation, one.alone) for one in found] == [
        ("sends", "It sends", False),
        ("restarts", "It restarts.", True),
    ]
    assert found[0].limit_s == 7
    assert found[1].limit_s > 60


def test_a_scenario_without_an_expectation_or_with_a_taken_name_is_refused():
    with pytest.raises(AssertionError, match=r"area\.sends has no docstring"):
        scenarios([area("def sends(broker): pass")])
    twice = area('def sends(broker):\n    """It sends."""')
    with pytest.raises(AssertionError, match="two scenarios have the same name"):
        scenarios([twice, twice])


def test_names_are_new_each_time():
    broker = Broker("127.0.0.1:1", "")
    assert broker.name() != broker.name()
    assert broker.name("group").startswith("compat-python-group-")


def test_a_broker_that_nobody_can_restart_skips(monkeypatch, tmp_path):
    monkeypatch.delenv("COMPAT_CONTROL", raising=False)
    with pytest.raises(Skipped, match="needs --restart-command"):
        Broker("127.0.0.1:1", "").restart()
    Broker("127.0.0.1:1", f"touch {tmp_path}/restarted").restart()
    assert (tmp_path / "restarted").exists()


def test_checks_say_what_they_found():
    equal([1], [1])
    with pytest.raises(AssertionError, match="offset is 3, expected 4"):
        equal(3, 4, "offset")
    with refused(KeyError, text="topic"):
        raise KeyError("topic")
    neither = pytest.raises(AssertionError, match="no error, expected KeyError or ValueError")
    with neither, refused(KeyError, ValueError):
        pass
    with pytest.raises(AssertionError, match="'group'"), refused(KeyError, text="group"):
        raise KeyError("topic")
    assert until(lambda: "so", "it") == "so"
    with pytest.raises(AssertionError, match="it did not come true in 0 s"):
        until(lambda: None, "it", 0)
