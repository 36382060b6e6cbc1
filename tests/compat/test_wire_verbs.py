"""The verbs of the wire part that write: what is recorded, and when."""

from __future__ import annotations

import pytest

from compat import recordings, wire_part
from compat.console import Console
from compat.wire.codec import Codec
from compat.wire_part import Settings, record

ASKS = '''"""ApiVersions is answered."""


def run(broker):
    broker.ask("ApiVersions", 0)
'''
STOPS = '''"""Somebody presses Ctrl-C."""

ALONE = True


def run(broker):
    raise KeyboardInterrupt
'''
FAILS = ASKS + '    raise KeyError("topics")\n'


def versions(frame: bytes) -> bytes:
    body = Codec("ApiVersionsResponse", 0).encode({"api_keys": [{"api_key": 18}]})
    return frame[4:8] + body


@pytest.fixture
def folder(tmp_path, monkeypatch, fake_target):
    """Where recordings go; the target is a broker that knows ApiVersions."""
    monkeypatch.setattr(wire_part, "make_target", lambda spec, configs: fake_target(versions))
    monkeypatch.setattr(recordings, "REFERENCE", tmp_path / "recorded")
    return tmp_path / "recorded"


def test_each_recording_is_written_when_its_scenario_is_done(folder, make_scenarios):
    """An interrupt keeps what was recorded before."""
    scenarios = make_scenarios(asks=ASKS, stops=STOPS)
    with pytest.raises(KeyboardInterrupt):
        record(Console(), scenarios, "reference", Settings(), full=True)
    assert [path.name for path in folder.glob("*/*")] == ["asks.json"]


def test_a_scenario_that_could_not_go_on_is_not_recorded(folder, make_scenarios, capsys):
    scenarios = make_scenarios(asks=ASKS, fails=FAILS)
    assert record(Console(), scenarios, "reference", Settings(), full=False) == 1
    assert [path.name for path in folder.glob("*/*")] == ["asks.json"]
    assert "area/fails: not recorded: KeyError: 'topics'" in capsys.readouterr().out


def test_a_full_run_removes_what_has_no_scenario(folder, make_scenarios, capsys):
    (scenario,) = make_scenarios(asks=ASKS)
    (folder / "area").mkdir(parents=True)
    (folder / "area" / "gone.json").write_text("{}")
    assert record(Console(), [scenario], "reference", Settings(), full=False) == 0
    assert (folder / "area" / "gone.json").exists()
    assert record(Console(), [scenario], "reference", Settings(), full=True) == 0
    assert [path.name for path in folder.glob("*/*")] == ["asks.json"]
    out = capsys.readouterr().out
    assert "area/asks: written" in out
    assert "area/asks: unchanged" in out
