"""Scenario files: what each says about itself, and those that are none."""

from __future__ import annotations

from collections import Counter

import pytest

from compat.scenario import ScenarioError, find_scenarios

GOOD = '''"""The broker answers,
and that at once.

More prose."""

FEATURE = "transactions"
SETTINGS = {"auto.create.topics.enable": "false"}


def run(broker):
    pass
'''


def test_a_scenario_is_described_by_its_file(make_scenarios):
    (found,) = make_scenarios(answers=GOOD)
    assert (found.area, found.name) == ("area", "answers")
    assert found.expectation == "The broker answers, and that at once."
    assert found.feature == "transactions"
    assert found.settings == {"auto.create.topics.enable": "false"}
    assert found.own_broker


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def run(broker): pass", "must state the expectation"),
        ('"""Says."""', "no function run"),
        ('"""Says."""\nFEATURE = 1\ndef run(broker): pass', "FEATURE must be a str"),
        ('"""Says."""\nFEATURE = str(1)\ndef run(broker): pass', "FEATURE must be a literal"),
    ],
)
def test_a_file_that_is_no_scenario_is_named(make_scenarios, source, reason):
    with pytest.raises(ScenarioError, match=rf"area/odd\.py: .*{reason}"):
        make_scenarios(odd=source)


def test_scenarios_are_found_by_part_pattern_and_area(make_scenarios, tmp_path):
    make_scenarios(one_thing=GOOD, other_thing=GOOD)

    def names(*only):
        return [one.name for one in find_scenarios(tmp_path, only)]

    assert names("one") == ["one_thing"]
    assert names("o*_thing") == ["one_thing", "other_thing"]
    assert names("area/other") == ["other_thing"]
    assert names("nothing") == []


def test_the_scenarios_of_the_suite_have_names_of_their_own():
    names = Counter(scenario.name for scenario in find_scenarios())
    assert [name for name, count in names.items() if count > 1] == []
    assert len(names) >= 150
