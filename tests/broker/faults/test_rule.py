"""What a rule may be, and which names fit it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wirekafka_protocol.errors import ErrorCode

from wirekafka.faults.rule import LONGEST_MS, Effect, FaultError, FaultRule, fits

NEEDS: dict[Effect, dict[str, Any]] = {
    Effect.ERROR: {"error": ErrorCode.NOT_LEADER_OR_FOLLOWER},
    Effect.LATENCY: {"ms": 1},
    Effect.THROTTLE: {"ms": 1},
}
NAMES = st.text(st.sampled_from("ab.*?[]-!"), max_size=5)


def rule(effect: Effect = Effect.DROP_BEFORE, **fields: Any) -> FaultRule:
    return FaultRule(name="f", effect=effect, **{**NEEDS.get(effect, {}), **fields})


@pytest.mark.parametrize("effect", Effect)
def test_each_effect_can_be_with_what_it_needs(effect: Effect) -> None:
    assert rule(effect).effect is effect


@pytest.mark.parametrize("effect", Effect)
@pytest.mark.parametrize("field", ["error", "ms"])
def test_what_an_effect_needs_is_needed_and_what_it_does_not_is_refused(
    effect: Effect, field: str
) -> None:
    is_needed = field in NEEDS.get(effect, {})
    wrong: Any = None if is_needed else {"error": ErrorCode.UNKNOWN_SERVER_ERROR, "ms": 1}[field]
    with pytest.raises(FaultError, match="needed" if is_needed else "no meaning") as told:
        rule(effect, **{field: wrong})
    assert told.value.field == field


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"nth": 0}, "nth"),
        ({"count": 0}, "count"),
        ({"count": -3}, "count"),
        ({"partition": -1}, "partition"),
        ({"probability": 0.0}, "probability"),
        ({"probability": 1.1}, "probability"),
        ({"probability": float("nan")}, "probability"),
        ({"effect": Effect.LATENCY, "ms": 0}, "ms"),
        ({"effect": Effect.LATENCY, "ms": LONGEST_MS + 1}, "ms"),
        ({"effect": Effect.ERROR, "error": ErrorCode.NONE}, "error"),
        ({"effect": Effect.REFUSE_CONNECT, "api_key": 0}, "api"),
        ({"effect": Effect.REFUSE_CONNECT, "topic": "t"}, "topic"),
        ({"effect": Effect.REFUSE_CONNECT, "partition": 0}, "partition"),
        ({"effect": Effect.REFUSE_CONNECT, "group": "g"}, "group"),
    ],
)
def test_a_rule_that_cannot_be_names_its_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(FaultError) as told:
        rule(**fields)
    assert told.value.field == field


@given(NAMES, NAMES)
def test_a_name_fits_itself_and_nothing_named_fits_everything(pattern: str, text: str) -> None:
    assert fits(text, text)
    assert fits(None, text)
    if not re.search(r"[*?\[]", pattern):
        assert fits(pattern, text) == (pattern == text)


@given(st.text("ab", max_size=4), st.text("ab", max_size=4), st.text("ab", max_size=4))
def test_a_star_is_any_text_and_a_question_mark_one_character(
    head: str, middle: str, tail: str
) -> None:
    text = head + middle + tail
    assert fits(f"{head}*{tail}", text)
    assert fits("?" * len(text), text)
    assert not fits("?" * (len(text) + 1), text)


def test_case_counts() -> None:
    assert not fits("Orders", "orders")
    assert not fits("O*", "orders")


@pytest.mark.parametrize(
    ("named", "place", "is_met"),
    [
        ({}, ("t", 3), True),
        ({"topic": "t"}, ("t", 3), True),
        ({"topic": "t*"}, ("tx", None), True),
        ({"topic": "t"}, ("u", 3), False),
        ({"partition": 3}, ("t", 3), True),
        ({"partition": 3}, ("t", 4), False),
        ({"partition": 3}, ("t", None), True),
        ({"topic": "t", "partition": 3}, ("u", 3), False),
    ],
)
def test_a_place_fits_by_topic_and_by_partition(
    named: dict[str, Any], place: tuple[str, int | None], is_met: bool
) -> None:
    assert rule(**named).fits_place(*place) is is_met


@pytest.mark.parametrize(
    ("fields", "most"),
    [({}, None), ({"count": 5}, 5), ({"nth": 3}, 1), ({"nth": 3, "count": 2}, 2)],
)
def test_how_many_hits_end_a_rule(fields: dict[str, Any], most: int | None) -> None:
    assert rule(**fields).most_hits == most
