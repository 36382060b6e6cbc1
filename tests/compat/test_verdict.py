"""What a scenario's result is, by its recording and its marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from compat.runner import Conversation
from compat.scenario import Scenario
from compat.verdict import Result, judge
from compat.wire.step import Step

KAFKA = [Step("Fetch v12", {}, {"a": 1})]
OTHER = [Step("Fetch v12", {}, {"a": 2})]
THIRD = [Step("Fetch v12", {}, {"a": 3})]


def conversation(steps, *, error="", skipped="", **marks):
    scenario = Scenario("area", "name", Path("name.py"), "It answers.", **marks)
    return Conversation(scenario, steps, error, skipped)


@pytest.mark.parametrize(
    ("steps", "options", "result"),
    [
        (KAFKA, {}, Result.PASS),
        (OTHER, {}, Result.DIFFERS),
        (KAFKA, {"error": "Fetch v12 was not answered within 1 s"}, Result.ERROR),
        (KAFKA, {"skipped": "needs a broker of its own"}, Result.SKIP),
        (OTHER, {"feature": "transactions"}, Result.XFAIL),
        (KAFKA, {"feature": "transactions", "error": "KeyError: 'x'"}, Result.XFAIL),
        (KAFKA, {"feature": "transactions"}, Result.XPASS),
        (OTHER, {"differs": "on purpose"}, Result.ON_PURPOSE),
        (THIRD, {"differs": "on purpose"}, Result.DIFFERS),
        (KAFKA, {"differs": "on purpose"}, Result.XPASS),
    ],
)
def test_result_on_wirekafka(steps, options, result):
    verdict = judge(conversation(steps, **options), KAFKA, ours=OTHER, is_wirekafka=True)
    assert verdict.result is result


@pytest.mark.parametrize("marks", [{"feature": "transactions"}, {"differs": "on purpose"}])
def test_marks_count_for_wirekafka_only(marks):
    assert judge(conversation(OTHER, **marks), KAFKA).result is Result.DIFFERS
    assert judge(conversation(KAFKA, **marks), KAFKA).result is Result.PASS


def test_without_a_recording_nothing_is_proved():
    assert judge(conversation(KAFKA), None).bad
    on_purpose = conversation(OTHER, differs="on purpose")
    assert judge(on_purpose, KAFKA, is_wirekafka=True).result is Result.UNRECORDED


def test_each_api_version_is_judged_by_its_own_steps():
    expected = [*KAFKA, Step("Metadata v9", {}, 1), Step("Heartbeat v1", {}, 1)]
    got = [*KAFKA, Step("Metadata v9", {}, 2)]
    verdict = judge(conversation(got), expected)
    assert verdict.apis == {
        ("Fetch", 12): "pass",
        ("Heartbeat", 1): "differs",
        ("Metadata", 9): "differs",
    }
