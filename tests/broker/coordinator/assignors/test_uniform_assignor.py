"""The uniform assignor: who gets what in small groups."""

from __future__ import annotations

import pytest

from wirekafka.coordinator.assignors import ASSIGNORS
from wirekafka.coordinator.assignors.spec import GroupSpec, MemberSpec, TopicSpec

Owned = dict[str, list[int]]
"""Topic to partitions."""


def topic_id(name: str) -> bytes:
    return name.encode().ljust(16)


def assign(topics: dict[str, int], members: dict[str, tuple[str, Owned]]) -> dict[str, Owned]:
    """`members`: the topics that it is subscribed to, one letter each, and what it owns."""
    spec = GroupSpec(
        {
            member_id: MemberSpec(
                member_id,
                None,
                None,
                frozenset(topic_id(name) for name in subscribed),
                {topic_id(name): frozenset(parts) for name, parts in owned.items()},
            )
            for member_id, (subscribed, owned) in members.items()
        },
        {topic_id(name): TopicSpec(topic_id(name), name, n) for name, n in topics.items()},
    )
    assignment = ASSIGNORS["uniform"].assign(spec)
    return {
        member_id: {key.decode().strip(): sorted(parts) for key, parts in sorted(owned.items())}
        for member_id, owned in assignment.items()
    }


Case = tuple[str, dict[str, int], dict[str, tuple[str, Owned]], dict[str, Owned]]

CASES: list[Case] = [
    (
        "the first member gets everything",
        {"a": 2, "b": 1},
        {"m1": ("ab", {})},
        {"m1": {"a": [0, 1], "b": [0]}},
    ),
    (
        "new members get neighbouring partitions topic by topic",
        {"a": 3, "b": 3},
        {"m1": ("ab", {}), "m2": ("ab", {})},
        {"m1": {"a": [0, 1, 2]}, "m2": {"b": [0, 1, 2]}},
    ),
    (
        "a second member takes half",
        {"a": 4},
        {"m1": ("a", {"a": [0, 1, 2, 3]}), "m2": ("a", {})},
        {"m1": {"a": [0, 1]}, "m2": {"a": [2, 3]}},
    ),
    (
        "the remainder stays with those who own more",
        {"a": 5},
        {"m1": ("a", {"a": [0, 1]}), "m2": ("a", {"a": [2, 3, 4]})},
        {"m1": {"a": [0, 1]}, "m2": {"a": [2, 3, 4]}},
    ),
    (
        "more members than partitions",
        {"a": 2},
        {"m1": ("a", {}), "m2": ("a", {}), "m3": ("a", {"a": [0]})},
        {"m1": {"a": [1]}, "m2": {}, "m3": {"a": [0]}},
    ),
    (
        "new partitions go to those who own fewest",
        {"a": 6},
        {"m1": ("a", {"a": [0, 1]}), "m2": ("a", {"a": [2]}), "m3": ("a", {})},
        {"m1": {"a": [0, 1]}, "m2": {"a": [2, 3]}, "m3": {"a": [4, 5]}},
    ),
    (
        "a topic that nobody is subscribed to any more is given up",
        {"b": 2},
        {"m1": ("b", {"a": [0, 1]}), "m2": ("b", {"b": [1]})},
        {"m1": {"b": [0]}, "m2": {"b": [1]}},
    ),
    (
        "partitions that do not exist are given up",
        {"a": 2},
        {"m1": ("a", {"a": [1, 2, 3]}), "m2": ("a", {})},
        {"m1": {"a": [1]}, "m2": {"a": [0]}},
    ),
    (
        "nobody is subscribed to anything",
        {},
        {"m1": ("", {"a": [0]}), "m2": ("", {})},
        {"m1": {}, "m2": {}},
    ),
    (
        "who can own more topics leaves the others to those who cannot",
        {"a": 2, "b": 2},
        {"m1": ("a", {}), "m2": ("ab", {})},
        {"m1": {"a": [0, 1]}, "m2": {"b": [0, 1]}},
    ),
    (
        "only one member is subscribed to the larger topic",
        {"a": 4, "b": 10},
        {"m1": ("a", {}), "m2": ("ab", {})},
        {"m1": {"a": [0, 1, 2, 3]}, "m2": {"b": list(range(10))}},
    ),
    (
        "a topic that a member gave up moves",
        {"a": 2, "b": 2},
        {"m1": ("a", {"a": [0], "b": [0]}), "m2": ("ab", {"a": [1], "b": [1]})},
        {"m1": {"a": [0, 1]}, "m2": {"b": [0, 1]}},
    ),
    (
        "a new member of a mixed group is given partitions of its topic",
        {"a": 4, "b": 4},
        {"m1": ("ab", {"a": [0, 1, 2, 3], "b": [0, 1, 2, 3]}), "m2": ("b", {})},
        {"m1": {"a": [0, 1, 2, 3]}, "m2": {"b": [0, 1, 2, 3]}},
    ),
    (
        "balance moves along a chain of overlapping subscriptions",
        {"a": 6, "b": 3},
        {
            "m1": ("a", {}),
            "m2": ("ab", {"a": [0, 1, 2, 3, 4, 5]}),
            "m3": ("b", {"b": [0, 1, 2]}),
        },
        {
            "m1": {"a": [3, 4, 5]},
            "m2": {"a": [0, 1, 2]},
            "m3": {"b": [0, 1, 2]},
        },
    ),
]


@pytest.mark.parametrize(
    ("topics", "members", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_uniform(
    topics: dict[str, int],
    members: dict[str, tuple[str, Owned]],
    expected: dict[str, Owned],
) -> None:
    assert assign(topics, members) == expected


def test_uniform_of_nobody_is_nothing() -> None:
    assert ASSIGNORS["uniform"].assign(GroupSpec({}, {})) == {}
