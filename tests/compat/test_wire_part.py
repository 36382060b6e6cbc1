"""Every wire scenario against this checkout, compared with what the real broker answered."""

from __future__ import annotations

from compat import recordings
from compat.console import Console
from compat.scenario import find_scenarios
from compat.wire_part import Settings, run


def test_wirekafka_answers_as_recorded():
    """All in one test: the scenarios share a broker and run beside each other."""
    verdicts = run(Console(), find_scenarios(), "wirekafka", Settings())
    bad = {
        verdict.conversation.scenario.name: verdict.detail[:5]
        for verdict in verdicts
        if verdict.bad
    }
    assert bad == {}


def test_every_scenario_is_recorded_and_every_recording_has_a_scenario():
    scenarios = find_scenarios()
    missing = [
        scenario.name
        for scenario in scenarios
        if recordings.read(recordings.REFERENCE, scenario) is None
    ]
    assert missing == []
    assert recordings.orphans(recordings.REFERENCE, scenarios) == []
