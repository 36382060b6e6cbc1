"""How the leader of a classic group shares out partitions."""

from __future__ import annotations

import pytest

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.client_assignors import (
    ASSIGNORS,
    Partitions,
    Subscriber,
    read_owned,
    write_owned,
)
from wirekafka.cli.wire.cluster import TopicPartition
from wirekafka.cli.wire.consumer_settings import assignors_of

COUNTS = {"t": 5, "u": 2}


def parts(text: str) -> Partitions:
    """ "t0 u1" are partition 0 of t and 1 of u."""
    return frozenset(TopicPartition(one[0], int(one[1:])) for one in text.split())


def member(name: str, topics: str = "t u", owned: str = "", generation: int = 1) -> Subscriber:
    return Subscriber(name, None, frozenset(topics.split()), parts(owned), generation)


@pytest.mark.parametrize(
    ("kind", "members", "shares"),
    [
        ("Range", [member("b"), member("a")], {"a": "t0 t1 t2 u0", "b": "t3 t4 u1"}),
        ("Range", [member("a", "t"), member("b", "u")], {"a": "t0 t1 t2 t3 t4", "b": "u0 u1"}),
        ("RoundRobin", [member("b"), member("a")], {"a": "t0 t2 t4 u1", "b": "t1 t3 u0"}),
        ("RoundRobin", [member("a", "t"), member("b")], {"a": "t0 t2 t4", "b": "t1 t3 u0 u1"}),
        ("Range", [member("a", "none")], {"a": ""}),
        ("RoundRobin", [member("a", "none")], {"a": ""}),
    ],
)
def test_partitions_are_shared_out(
    kind: str, members: list[Subscriber], shares: dict[str, str]
) -> None:
    found = ASSIGNORS[f"{kind}Assignor"].share_out(members, COUNTS)
    assert found == {name: parts(text) for name, text in shares.items()}


@pytest.mark.parametrize("kind", ["RangeAssignor", "RoundRobinAssignor"])
def test_static_members_stand_in_front(kind: str) -> None:
    members = [
        Subscriber("a", None, frozenset({"u"})),
        Subscriber("z", "instance", frozenset({"u"})),
    ]
    found = ASSIGNORS[kind].share_out(members, COUNTS)
    assert found == {"z": parts("u0"), "a": parts("u1")}


def test_a_sticky_member_keeps_what_it_owns_and_gives_away_no_more_than_it_must() -> None:
    members = [member("a", "t", "t0 t1 t2 t3 t4"), member("b", "t")]
    found = ASSIGNORS["StickyAssignor"].share_out(members, COUNTS)
    assert len(found["a"]) == 3
    assert len(found["b"]) == 2
    assert found["a"] | found["b"] == parts("t0 t1 t2 t3 t4")


def test_of_two_owners_the_one_of_the_later_generation_is_right() -> None:
    members = [member("a", "u", "u0 u1", 1), member("b", "u", "u0", 2)]
    found = ASSIGNORS["StickyAssignor"].share_out(members, COUNTS)
    assert found == {"a": parts("u1"), "b": parts("u0")}


def test_a_cooperative_leader_gives_out_what_moves_only_when_it_is_free() -> None:
    share_out = ASSIGNORS["CooperativeStickyAssignor"].share_out
    first = share_out([member("a", "t", "t0 t1 t2 t3 t4"), member("b", "t")], COUNTS)
    assert first["b"] == frozenset()
    assert len(first["a"]) == 3
    kept = " ".join(f"t{one.partition}" for one in first["a"])
    second = share_out([member("a", "t", kept, 2), member("b", "t", "", 2)], COUNTS)
    assert second["a"] == first["a"]
    assert second["b"] == parts("t0 t1 t2 t3 t4") - first["a"]


def test_what_a_sticky_member_owned_is_read_as_it_was_written() -> None:
    owned = parts("t0 t3 u1")
    assert read_owned(write_owned(owned, 7)) == (owned, 7)
    assert read_owned(write_owned(owned, 7)[:-4]) == (owned, -1)


def test_user_data_that_is_none_owns_nothing() -> None:
    whole = write_owned(parts("t0 u1"), 7)
    for data in [b"", b"\xff" * 40, *(whole[:end] for end in range(len(whole) - 5))]:
        assert read_owned(data) == (frozenset(), -1)


def test_assignors_are_found_by_javas_names() -> None:
    found = assignors_of("org.apache.kafka.clients.consumer.RangeAssignor, StickyAssignor")
    assert [one.name for one in found] == ["range", "sticky"]
    with pytest.raises(CommandError, match="known are RangeAssignor"):
        assignors_of("x.Best")
