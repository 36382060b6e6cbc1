"""Which rule has a request: order, scope, nth, probability, count, and what is counted."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirekafka.faults.rule import Effect, FaultError, FaultRule
from wirekafka.faults.table import MOST_RULES, Fault, FaultTable, Place

PRODUCE, FETCH = 0, 1


@dataclass
class Call:
    api_key: int = PRODUCE
    client_id: str = "c"
    is_first: bool = False
    places: list[Place] = field(default_factory=lambda: [("t", 0)])
    groups: list[str] = field(default_factory=list)


class ClosedCall(Call):
    """A request that nobody may read."""

    def __init__(self, **fields: Any) -> None:
        self.api_key = fields.get("api_key", PRODUCE)
        self.client_id = fields.get("client_id", "c")
        self.is_first = False

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was looked at")


def table(*rules: FaultRule) -> FaultTable:
    made = FaultTable(lambda seed: random.Random(seed).random)
    for one in rules:
        made.add(one)
    return made


def rule(name: str = "f", effect: Effect = Effect.DROP_BEFORE, **fields: Any) -> FaultRule:
    return FaultRule(name=name, effect=effect, **fields)


def met(faults: FaultTable, call: Call | None = None) -> str | None:
    hit = faults.meet(call or Call())
    return hit.rule.name if hit is not None else None


def one(faults: FaultTable, name: str = "f") -> Fault:
    found = faults.get(name)
    assert found is not None
    return found


def test_the_first_that_fits_has_the_request_and_the_others_do_not_count_it() -> None:
    faults = table(rule("fetch", api_key=FETCH), rule("first"), rule("second"))
    assert met(faults) == "first"
    assert [(fault.fitting, fault.hits) for fault in faults] == [(0, 0), (1, 1), (0, 0)]


def test_a_rule_that_is_spent_leaves_the_request_to_the_next() -> None:
    faults = table(rule("twice", count=2), rule("then"))
    assert [met(faults) for _ in range(4)] == ["twice", "twice", "then", "then"]
    assert one(faults, "twice").is_spent
    assert [fault.rule.name for fault in faults.live()] == ["then"]
    assert [fault.rule.name for fault in faults] == ["twice", "then"]


def test_a_rule_that_passes_over_a_request_leaves_it_to_the_next() -> None:
    faults = table(rule("third", nth=3), rule("rest"))
    assert [met(faults) for _ in range(4)] == ["rest", "rest", "third", "rest"]


@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 12))
def test_nth_and_count_are_a_window_of_the_requests_that_fit(
    nth: int, count: int, calls: int
) -> None:
    faults = table(rule(nth=nth, count=count))
    seen = [met(faults) is not None for _ in range(calls)]
    assert seen == [nth <= number < nth + count for number in range(1, calls + 1)]
    assert one(faults).hits == sum(seen)


@given(st.integers(0, 2**31), st.floats(0.01, 0.99))
def test_the_same_seed_draws_the_same_and_requests_that_do_not_fit_draw_nothing(
    seed: int, probability: float
) -> None:
    drawing = rule(topic="t", probability=probability, seed=seed)
    one_table, other = table(drawing), table(drawing)
    elsewhere = Call(places=[("u", 0)])
    first = [met(one_table) is not None for _ in range(40)]
    second = []
    for _ in range(40):
        assert met(other, elsewhere) is None
        second.append(met(other) is not None)
    expected = random.Random(seed)
    assert first == second == [expected.random() < probability for _ in range(40)]
    assert (one(other).fitting, one(other).hits) == (40, sum(second))


def test_a_probability_of_one_hits_always() -> None:
    faults = table(rule(probability=1.0))
    assert all(met(faults) for _ in range(100))


def test_a_count_counts_hits_and_not_draws() -> None:
    faults = table(rule(probability=0.3, count=3, seed=1))
    assert sum(met(faults) is not None for _ in range(200)) == 3
    fault = one(faults)
    assert fault.is_spent
    assert fault.hits == 3
    assert fault.fitting < 200  # spent rules look at nothing


CLIENTS, TOPICS, GROUPS = ("c", "d"), ("t", "u"), ("g", "h")


def some_or_none(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(values)


@given(
    st.fixed_dictionaries(
        {
            "api_key": some_or_none((PRODUCE, FETCH)),
            "client_id": some_or_none(CLIENTS),
            "topic": some_or_none(TOPICS),
            "partition": some_or_none((0, 1)),
            "group": some_or_none(GROUPS),
        }
    ),
    st.builds(
        Call,
        api_key=st.sampled_from((PRODUCE, FETCH)),
        client_id=st.sampled_from(CLIENTS),
        is_first=st.booleans(),
        places=st.lists(
            st.tuples(st.sampled_from(TOPICS), st.sampled_from((0, 1, None))), max_size=3
        ),
        groups=st.lists(st.sampled_from(GROUPS), max_size=2),
    ),
)
def test_everything_that_a_rule_names_must_fit(named: dict[str, Any], call: Call) -> None:
    """Against the naive reading of docs/faults-and-time.md."""

    def is_named(place: Place) -> bool:
        topic, index = place
        is_right = index is None or named["partition"] in (None, index)
        return named["topic"] in (None, topic) and is_right

    places = [place for place in call.places if is_named(place)]
    names_places = named["topic"] is not None or named["partition"] is not None
    groups = [group for group in call.groups if group == named["group"]]
    is_met = (
        named["api_key"] in (None, call.api_key)
        and named["client_id"] in (None, call.client_id)
        and (bool(groups) or named["group"] is None)
        and (bool(places) or not names_places)
    )
    hit = table(rule(**named)).meet(call)
    assert (hit is not None) == is_met
    if hit is not None:
        assert hit.places == (places if names_places else [])
        assert hit.groups == groups


def test_a_request_is_not_read_for_rules_that_its_header_does_not_fit() -> None:
    faults = table(rule("a", api_key=FETCH, topic="t"), rule("b", client_id="d", group="g"))
    assert met(faults, ClosedCall()) is None
    assert met(table(rule(client_id="c")), ClosedCall()) == "f"


def test_refused_connections_are_counted_where_they_are_refused() -> None:
    faults = table(rule("down", Effect.REFUSE_CONNECT, nth=2, count=1))
    assert met(faults) is None
    assert [faults.refuses_connection() is not None for _ in range(4)] == [
        False,
        True,
        False,
        False,
    ]
    assert (one(faults, "down").fitting, one(faults, "down").hits) == (2, 1)


def test_who_is_refused_by_his_name_is_refused_at_his_first_request() -> None:
    faults = table(rule("down", Effect.REFUSE_CONNECT, client_id="c*"))
    assert faults.refuses_connection() is None
    assert met(faults, Call(is_first=False)) is None
    assert met(faults, Call(is_first=True, client_id="d")) is None
    assert met(faults, Call(is_first=True)) == "down"


def test_a_removed_rule_hits_no_more_and_tells_what_it_did() -> None:
    faults = table(rule("a"), rule("b"))
    assert met(faults) == "a"
    gone = faults.remove("a")
    assert gone is not None
    assert gone.hits == 1
    assert faults.remove("a") is None
    assert met(faults) == "b"


def test_a_name_is_taken_once_and_free_again_after_the_removal() -> None:
    faults = table(rule("a"))
    with pytest.raises(FaultError, match="already") as told:
        faults.add(rule("a"))
    assert told.value.field == "name"
    faults.remove("a")
    faults.add(rule("a"))
    with pytest.raises(FaultError, match="empty"):
        faults.add(rule(""))


def test_names_that_are_made_up_are_free() -> None:
    faults = table(rule("fault-1"))
    name = faults.new_name()
    assert faults.get(name) is None
    faults.add(rule(name))
    assert faults.new_name() != name


def test_there_is_an_end_to_how_many_rules_there_may_be() -> None:
    faults = table(*(rule(f"f{number}") for number in range(MOST_RULES)))
    with pytest.raises(FaultError):
        faults.add(rule("one more"))
