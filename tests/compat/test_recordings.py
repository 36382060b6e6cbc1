"""Recordings: JSON that can be read, written only when it changes."""

from __future__ import annotations

import json
from pathlib import Path

from compat import recordings
from compat.scenario import Scenario
from compat.wire.step import Step

SCENARIO = Scenario("fetch", "reads", Path("reads.py"), "It reads.")
STEPS = [Step("Fetch v12", {"x": "ä" * 60}, {"rows": [{"a": None, "b": "y" * 60}], "c": []})]


def test_what_was_written_is_read(tmp_path):
    assert recordings.read(tmp_path, SCENARIO) is None
    assert recordings.write(tmp_path, SCENARIO, STEPS)
    assert recordings.read(tmp_path, SCENARIO) == STEPS
    assert not recordings.write(tmp_path, SCENARIO, STEPS)


def test_a_recording_without_a_scenario_is_found(tmp_path):
    recordings.write(tmp_path, SCENARIO, STEPS)
    assert recordings.orphans(tmp_path, [SCENARIO]) == []
    assert recordings.orphans(tmp_path, []) == [tmp_path / "fetch" / "reads.json"]


def test_short_things_stand_in_one_line_and_all_is_json():
    value = {"steps": [{"a": list(range(100))}, {"b": 1, "c": [1, 2]}], "empty": []}
    text = recordings.pretty(value)
    assert json.loads(text) == value
    assert '{"b": 1, "c": [1, 2]}' in text
    assert max(map(len, text.splitlines())) < 120
