"""/faults: what is told of rules, in particular when they are taken away."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka.admin import AdminClient

from wirekafka.testing.control import ControlRefused


@pytest.fixture
def control(shared: Any) -> Any:
    yield shared.control
    shared.control.clear_faults()


def test_a_rule_that_nothing_fitted_says_so_when_it_is_removed(control: Any) -> None:
    control.add_fault("latency", name="slow", ms=100, topic="nobody-uses-it")
    gone = control.remove_fault("slow")
    assert (gone["hits"], gone["fitting"]) == (0, 0)
    assert gone["warning"] == "nothing fitted this fault while it was in force"


def test_a_rule_that_fitted_and_never_hit_says_how_often_it_fitted(
    control: Any, shared: Any
) -> None:
    control.add_fault("latency", name="late", ms=100, api="Metadata", nth=1000)
    AdminClient({"bootstrap.servers": shared.bootstrap}).list_topics(timeout=20)
    (gone,) = control.clear_faults()
    assert gone["hits"] == 0
    assert gone["fitting"] > 0
    assert gone["warning"] == f"{gone['fitting']} requests fitted this fault, and none was hit"


def test_a_rule_that_hit_has_nothing_to_warn_of(control: Any, shared: Any) -> None:
    control.add_fault("latency", name="late", ms=1, api="Metadata", count=1)
    AdminClient({"bootstrap.servers": shared.bootstrap}).list_topics(timeout=20)
    gone = control.remove_fault("late")
    assert (gone["hits"], gone["spent"]) == (1, True)
    assert "warning" not in gone


def test_rules_are_listed_in_their_order_with_what_they_say(control: Any) -> None:
    control.add_fault(name="b", error="not_leader_or_follower", api="produce", topic="t")
    made = control.add_fault("drop_after", group="g*", nth=2, probability=0.5, count=3)
    assert made["name"].startswith("fault-")
    assert [fault["name"] for fault in control.faults()] == ["b", made["name"]]
    first, second = control.faults()
    assert (first["effect"], first["error"]) == ("error", "NOT_LEADER_OR_FOLLOWER")
    assert (first["api"], first["topic"]) == ("Produce", "t")
    assert (second["group"], second["nth"], second["probability"], second["count"]) == (
        "g*",
        2,
        0.5,
        3,
    )


@pytest.mark.parametrize(
    ("body", "field", "hint"),
    [
        ({}, "effect", None),
        ({"effect": "latency"}, "ms", None),
        ({"effect": "latencey", "ms": 1}, "effect", None),
        ({"effect": "drop_before", "api": "Prodce"}, "api", "did you mean 'Produce'?"),
        ({"error": "NOT_LEADER"}, "error", None),
        ({"effect": "drop_before", "topics": "t"}, "topics", "did you mean 'topic'?"),
        ({"effect": "drop_before", "nth": "two"}, "nth", None),
        ({"effect": "drop_before", "probability": 2}, "probability", None),
        ({"effect": "refuse_connect", "api": "Fetch"}, "api", None),
        ({"effect": "drop_before", "name": ""}, "name", None),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_its_field(
    control: Any, body: dict[str, Any], field: str, hint: str | None
) -> None:
    with pytest.raises(ControlRefused) as refused:
        control.request("POST", "/faults", body)
    assert (refused.value.status, refused.value.field) == (400, field)
    if hint is not None:
        assert refused.value.hint == hint
    assert control.faults() == []


def test_an_unknown_name_is_404_and_the_nearest_is_told(control: Any) -> None:
    control.add_fault("drop_before", name="slow", topic="t")
    with pytest.raises(ControlRefused) as refused:
        control.remove_fault("slwo")
    assert (refused.value.status, refused.value.field) == (404, "name")
    assert "slow" in (refused.value.hint or "")
