"""Rounds: what happens to a row that cannot be measured, and what becomes of the exit code."""

from __future__ import annotations

import pytest

from bench import __main__ as command
from bench import rounds
from bench.client import Address, BenchError, SkippedError
from bench.figures import QUICK, ROWS
from bench.target import Broker, Remote
from compat.targets import Missing, jars

ROW = next(row for row in ROWS if row.name == "java_perf")
OTHER = next(row for row in ROWS if row.name == "ack_latency")
MISSING = "Java is missing: install a JDK 17 or newer"


@pytest.fixture(autouse=True)
def untouched_process(monkeypatch):
    """The command sets up its process; the tests' own stays as it is."""
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)
    monkeypatch.setattr(command, "_allow_many_files", lambda: None)


@pytest.fixture
def target():
    return Remote(Broker(Address("127.0.0.1", 1), None), name="wirekafka")


@pytest.fixture
def without_java(monkeypatch):
    """The row cannot be measured; returns the calls."""
    calls = []

    def skip(broker, scale, directory):
        calls.append(broker)
        raise SkippedError(MISSING)

    monkeypatch.setitem(rounds.STEADY, ROW.name, skip)
    monkeypatch.setitem(rounds.STEADY, OTHER.name, lambda *_: {"p50_us": 1.0})
    return calls


def test_a_row_without_its_tools_is_skipped_at_once_and_others_go_on(
    without_java, target, tmp_path
):
    skipped, measured = rounds.run_rows([ROW, OTHER], [target], QUICK, 3, tmp_path)
    assert len(without_java) == 1
    assert (skipped.skipped, skipped.failures, skipped.samples) == (MISSING, {}, {})
    assert measured.samples == {"wirekafka": {"p50_us": [1.0, 1.0, 1.0]}}


def test_a_failure_is_named_with_its_broker(monkeypatch, target, tmp_path):
    def fail(*_):
        raise BenchError("broken")

    monkeypatch.setitem(rounds.STEADY, OTHER.name, fail)
    (outcome,) = rounds.run_rows([OTHER], [target], QUICK, 1, tmp_path)
    assert (outcome.failures, outcome.skipped) == ({"wirekafka": "broken"}, "")


def test_a_skipped_row_is_named_and_the_run_succeeds(without_java, target, monkeypatch, capsys):
    monkeypatch.setattr(command, "Wirekafka", lambda _: target)
    assert command.main(["--only", f"{ROW.name},{OTHER.name}", "--rounds", "1"]) == 0
    assert f"java_perf: not measured: {MISSING}" in capsys.readouterr().out


def test_a_reference_that_cannot_be_had_ends_the_run_before_it_begins(monkeypatch, capsys):
    def missing(*_):
        raise Missing(MISSING)

    monkeypatch.setattr(jars, "java_command", missing)
    monkeypatch.setattr(command, "run_rows", lambda *_: pytest.fail("nothing is measured"))
    assert command.main(["--against", "reference"]) == 2
    assert capsys.readouterr().err == f"bin/bench: {MISSING}\n"


def test_against_something_that_is_no_broker_is_wrong_usage(capsys):
    assert command.main(["--against", "nonsense"]) == 2
    assert "nonsense is neither `reference` nor HOST:PORT" in capsys.readouterr().err
