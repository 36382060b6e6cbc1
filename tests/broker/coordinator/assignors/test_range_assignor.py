"""The range assignor: who gets what in small groups."""

from __future__ import annotations

import pytest

from wirekafka.coordinator.assignors import ASSIGNORS
from wirekafka.coordinator.assignors.spec import GroupSpec, MemberSpec, TopicSpec


def assign(
    topics: dict[str, int], members: dict[str, str], instances: dict[str, str]
) -> dict[str, dict[str, list[int]]]:
    """`members`: the topics that it is subscribed to, one letter each."""
    spec = GroupSpec(
        {
            member_id: MemberSpec(
                member_id,
                instances.get(member_id),
                None,
                frozenset(name.encode() for name in subscribed),
                {},
            )
            for member_id, subscribed in members.items()
        },
        {name.encode(): TopicSpec(name.encode(), name, count) for name, count in topics.items()},
    )
    return {
        member_id: {key.decode(): sorted(parts) for key, parts in sorted(owned.items())}
        for member_id, owned in ASSIGNORS["range"].assign(spec).items()
    }


@pytest.mark.parametrize(
    ("topics", "members", "instances", "expected"),
    [
        pytest.param(
            {"a": 3, "b": 3},
            {"m1": "ab", "m2": "ab"},
            {},
            {"m1": {"a": [0, 1], "b": [0, 1]}, "m2": {"a": [2], "b": [2]}},
            id="topics of one size are cut alike",
        ),
        pytest.param(
            {"a": 2},
            {"m3": "a", "m2": "a", "m1": "a"},
            {},
            {"m1": {"a": [0]}, "m2": {"a": [1]}, "m3": {}},
            id="who comes too late gets nothing",
        ),
        pytest.param(
            {"a": 7, "b": 2},
            {"m1": "a", "m2": "ab", "m3": "b"},
            {},
            {"m1": {"a": [0, 1, 2, 3]}, "m2": {"a": [4, 5, 6], "b": [0]}, "m3": {"b": [1]}},
            id="each topic is cut among its own subscribers",
        ),
        pytest.param(
            {"a": 3},
            {"m1": "a", "m2": "a", "m3": "a"},
            {"m3": "i1", "m2": "i2"},
            {"m3": {"a": [0]}, "m2": {"a": [1]}, "m1": {"a": [2]}},
            id="static members come first by instance id",
        ),
        pytest.param(
            {"a": 5},
            {"m1": "a", "m2": "a", "m3": "a"},
            {},
            {"m1": {"a": [0, 1]}, "m2": {"a": [2, 3]}, "m3": {"a": [4]}},
            id="the longer runs are in front",
        ),
        pytest.param({}, {}, {}, {}, id="nobody"),
    ],
)
def test_range(
    topics: dict[str, int],
    members: dict[str, str],
    instances: dict[str, str],
    expected: dict[str, dict[str, list[int]]],
) -> None:
    assert assign(topics, members, instances) == expected


def test_a_static_member_that_comes_back_gets_what_it_had() -> None:
    topics, instances = {"a": 4}, {"m1": "i1", "m2": "i2"}
    before = assign(topics, {"m1": "a", "m2": "a"}, instances)
    again = assign(topics, {"m9": "a", "m2": "a"}, {"m9": "i1", "m2": "i2"})
    assert (again["m9"], again["m2"]) == (before["m1"], before["m2"])
