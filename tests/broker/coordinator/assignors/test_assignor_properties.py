"""What must hold of every assignor, whatever the group."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirekafka.coordinator.assignors import ASSIGNORS
from wirekafka.coordinator.assignors.spec import (
    Assignment,
    GroupSpec,
    MemberSpec,
    Partitions,
    TopicSpec,
)

TOPIC_IDS = [bytes([number]) * 16 for number in range(1, 6)]


@st.composite
def groups(draw: st.DrawFn, *, homogeneous: bool = False) -> GroupSpec:
    counts = draw(st.lists(st.integers(1, 12), min_size=1, max_size=len(TOPIC_IDS)))
    topics = {
        topic_id: TopicSpec(topic_id, f"t{topic_id[0]}", count)
        for topic_id, count in zip(TOPIC_IDS, counts, strict=False)
    }
    names = draw(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, unique=True))
    subscriptions = st.frozensets(st.sampled_from(list(topics)))
    common = draw(subscriptions)
    owners = st.sampled_from([*names, None])
    owned: dict[str, dict[bytes, set[int]]] = {name: {} for name in names}
    for topic in topics.values():
        for partition in range(topic.num_partitions):
            owner = draw(owners)
            if owner is not None:
                owned[owner].setdefault(topic.topic_id, set()).add(partition)
    return GroupSpec(
        {
            name: MemberSpec(
                name,
                f"i-{name}" if draw(st.booleans()) else None,
                None,
                common if homogeneous else draw(subscriptions),
                {topic_id: frozenset(parts) for topic_id, parts in owned[name].items()},
            )
            for name in names
        },
        topics,
    )


def rows(owned: Partitions) -> set[tuple[bytes, int]]:
    return {(topic_id, partition) for topic_id, parts in owned.items() for partition in parts}


def loads(assignment: Assignment) -> dict[str, int]:
    return {member_id: len(rows(owned)) for member_id, owned in assignment.items()}


def after(spec: GroupSpec, assignment: Assignment) -> GroupSpec:
    """The same group when it owns this."""
    return GroupSpec(
        {
            member.member_id: MemberSpec(
                member.member_id,
                member.instance_id,
                member.rack_id,
                member.subscribed_topic_ids,
                assignment[member.member_id],
            )
            for member in spec.members.values()
        },
        spec.topics,
    )


@pytest.mark.parametrize("name", ASSIGNORS)
@given(spec=groups())
def test_each_partition_goes_to_one_subscriber(name: str, spec: GroupSpec) -> None:
    assignment = ASSIGNORS[name].assign(spec)
    assert assignment.keys() == spec.members.keys()
    count = Counter(row for owned in assignment.values() for row in rows(owned))
    subscribed = {t for member in spec.members.values() for t in member.subscribed_topic_ids}
    assert count == Counter(
        (topic_id, partition)
        for topic_id in subscribed
        for partition in range(spec.topics[topic_id].num_partitions)
    )
    for member_id, owned in assignment.items():
        assert owned.keys() <= spec.members[member_id].subscribed_topic_ids
        assert all(owned.values())


@pytest.mark.parametrize("name", ASSIGNORS)
@given(spec=groups())
def test_the_order_of_members_and_topics_does_not_matter(name: str, spec: GroupSpec) -> None:
    turned = GroupSpec(dict(reversed(spec.members.items())), dict(reversed(spec.topics.items())))
    assert ASSIGNORS[name].assign(turned) == ASSIGNORS[name].assign(spec)


@pytest.mark.parametrize("name", ASSIGNORS)
@given(spec=groups())
def test_an_assignment_that_was_made_stays(name: str, spec: GroupSpec) -> None:
    made = ASSIGNORS[name].assign(spec)
    assert ASSIGNORS[name].assign(after(spec, made)) == made


@given(spec=groups(homogeneous=True))
def test_uniform_differs_by_one_at_most(spec: GroupSpec) -> None:
    sizes = loads(ASSIGNORS["uniform"].assign(spec)).values()
    assert max(sizes) - min(sizes) <= 1


@given(spec=groups(homogeneous=True))
def test_uniform_moves_no_more_than_balance_asks_for(spec: GroupSpec) -> None:
    """A member keeps what it owns up to the quota, and as many as can keep one more."""
    assignment = ASSIGNORS["uniform"].assign(spec)
    topics = next(iter(spec.members.values())).subscribed_topic_ids
    total = sum(spec.topics[topic_id].num_partitions for topic_id in topics)
    quota, extras = divmod(total, len(spec.members))
    could_keep = 0
    kept = 0
    for member_id, member in spec.members.items():
        owned = {row for row in rows(member.assigned) if row[0] in topics}
        kept += len(owned & rows(assignment[member_id]))
        could_keep += min(len(owned), quota)
        if len(owned) > quota and extras:
            could_keep += 1
            extras -= 1
    assert kept == could_keep


@given(spec=groups())
def test_uniform_leaves_no_single_move_that_would_help(spec: GroupSpec) -> None:
    assignment = ASSIGNORS["uniform"].assign(spec)
    sizes = loads(assignment)
    for member_id, owned in assignment.items():
        for topic_id in owned:
            for other in spec.members.values():
                if topic_id in other.subscribed_topic_ids:
                    assert sizes[member_id] - sizes[other.member_id] <= 1


@given(spec=groups())
def test_uniform_of_a_balanced_group_moves_nothing_for_a_leaver(spec: GroupSpec) -> None:
    """Whoever stays keeps everything when the subscriptions are the same."""
    subscribed = frozenset(spec.topics)
    members = {
        m.member_id: MemberSpec(m.member_id, None, None, subscribed, {})
        for m in spec.members.values()
    }
    before = after(
        GroupSpec(members, spec.topics),
        ASSIGNORS["uniform"].assign(GroupSpec(members, spec.topics)),
    )
    leaver = min(members)
    staying = {k: v for k, v in before.members.items() if k != leaver}
    assignment = ASSIGNORS["uniform"].assign(GroupSpec(staying, spec.topics))
    for member_id, member in staying.items():
        assert rows(member.assigned) <= rows(assignment[member_id])
