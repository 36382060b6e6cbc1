"""The uniform assignor: everybody the same number of partitions, and as few moves as that allows.

Where all members are subscribed to the same topics (`_share_evenly`), a member's quota is the
total divided by the members, and the remainder goes, one each, to the members that own most now.
Whoever owns more than the quota gives up the rest; whoever has fewer is filled up from what nobody
owns, topic by topic, in whole runs.

Otherwise (`_Balancing`) each partition without an owner goes to the least loaded subscriber of its
topic, topics with the most partitions per subscriber first, and then partitions move from the most
to the least loaded member of those that could own them, until no move of one partition helps.

Racks do not matter. Differs from Kafka where Kafka goes by the order of its hash maps (which of
equal members has one partition more, which topic is given out first): we go by what keeps
partitions where they are, then by topic name and member id. In both balance comes before that.

Source: Kafka's `UniformAssignor`, `UniformHomogeneousAssignmentBuilder`,
`UniformHeterogeneousAssignmentBuilder`.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heapreplace
from itertools import islice

from wirekafka.coordinator.assignors.spec import Assignment, GroupSpec, MemberSpec, TopicSpec

MAX_ROUNDS = 16
"""How often the balancing of overlapping subscriptions goes over all topics, as in Kafka: each
round about halves the imbalance, and where subscriptions do not overlap the first one suffices."""

_TopicPartition = tuple[bytes, int]


class UniformAssignor:
    """See the module docstring."""

    __slots__ = ()

    name = "uniform"

    def assign(self, spec: GroupSpec) -> Assignment:
        if spec.is_homogeneous:
            return _share_evenly(spec)
        return _Balancing(spec).run()


def _by_name(topic: TopicSpec) -> tuple[str, bytes]:
    return topic.name, topic.topic_id


# -- all members are subscribed to the same topics -------------------------------------------


def _share_evenly(spec: GroupSpec) -> Assignment:
    if not spec.members:
        return {}
    subscribed = next(iter(spec.members.values())).subscribed_topic_ids
    topics = sorted((spec.topics[topic_id] for topic_id in subscribed), key=_by_name)
    owned = {member.member_id: _still_valid(member, topics) for member in spec.members.values()}
    total = sum(topic.num_partitions for topic in topics)
    quota, extras = divmod(total, len(owned))
    # Those who own most keep most, so the remainder is theirs.
    most_first = sorted(owned, key=lambda member_id: (-_size(owned[member_id]), member_id))
    assignment: Assignment = {}
    unfilled: list[tuple[str, int]] = []
    for position, member_id in enumerate(most_first):
        limit = quota + (position < extras)
        kept = assignment[member_id] = _first_of(owned[member_id], limit)
        missing = limit - _size(kept)
        if missing:
            unfilled.append((member_id, missing))
    free = iter(_unowned(topics, assignment.values()))
    for member_id, missing in unfilled:
        _add(assignment[member_id], islice(free, missing))
    return assignment


def _still_valid(member: MemberSpec, topics: Iterable[TopicSpec]) -> dict[bytes, frozenset[int]]:
    """What the member owns and may own, in the order of `topics`."""
    owned = {}
    for topic in topics:
        partitions = member.assigned.get(topic.topic_id)
        if partitions:
            if max(partitions) >= topic.num_partitions:
                partitions = partitions.intersection(range(topic.num_partitions))
            owned[topic.topic_id] = partitions
    return owned


def _size(owned: dict[bytes, frozenset[int]]) -> int:
    return sum(map(len, owned.values()))


def _first_of(owned: dict[bytes, frozenset[int]], limit: int) -> dict[bytes, frozenset[int]]:
    """As much of it as the limit allows, the lowest partitions of the first topics."""
    kept = {}
    for topic_id, partitions in owned.items():
        if len(partitions) > limit:
            partitions = frozenset(sorted(partitions)[:limit])
        if partitions:
            kept[topic_id] = partitions
            limit -= len(partitions)
    return kept


def _unowned(
    topics: Iterable[TopicSpec], owners: Iterable[dict[bytes, frozenset[int]]]
) -> list[_TopicPartition]:
    taken: dict[bytes, set[int]] = {}
    for owned in owners:
        for topic_id, partitions in owned.items():
            taken.setdefault(topic_id, set()).update(partitions)
    return [
        (topic.topic_id, partition)
        for topic in topics
        for partition in sorted(
            set(range(topic.num_partitions)).difference(taken.get(topic.topic_id, ()))
        )
    ]


def _add(owned: dict[bytes, frozenset[int]], more: Iterable[_TopicPartition]) -> None:
    added: dict[bytes, list[int]] = {}
    for topic_id, partition in more:
        added.setdefault(topic_id, []).append(partition)
    for topic_id, partitions in added.items():
        owned[topic_id] = owned.get(topic_id, frozenset()).union(partitions)


# -- subscriptions differ --------------------------------------------------------------------


class _Circle:
    """The topics that the same members are subscribed to; members are numbers."""

    __slots__ = ("members", "topics")

    def __init__(self, members: tuple[int, ...]) -> None:
        self.members = members
        self.topics: list[TopicSpec] = []


class _Balancing:
    """Members have numbers, in the order of their ids; `loads` counts each one's partitions."""

    def __init__(self, spec: GroupSpec) -> None:
        self.member_ids = sorted(spec.members)
        self.loads = [0] * len(self.member_ids)
        subscribers: dict[bytes, list[int]] = {}
        for number, member_id in enumerate(self.member_ids):
            for topic_id in spec.members[member_id].subscribed_topic_ids:
                subscribers.setdefault(topic_id, []).append(number)
        circles: dict[tuple[int, ...], _Circle] = {}
        self.circle_of: dict[bytes, _Circle] = {}
        self.topics = sorted((spec.topics[topic_id] for topic_id in subscribers), key=_by_name)
        for topic in self.topics:
            members = tuple(subscribers[topic.topic_id])
            circle = circles.setdefault(members, _Circle(members))
            circle.topics.append(topic)
            self.circle_of[topic.topic_id] = circle
        self.circles = list(circles.values())
        # The owner of each partition of each topic; -1: nobody.
        self.owners = {topic.topic_id: [-1] * topic.num_partitions for topic in self.topics}
        for number, member_id in enumerate(self.member_ids):
            self._keep(number, spec.members[member_id])

    def run(self) -> Assignment:
        self._give_out()
        for _ in range(MAX_ROUNDS):
            if not sum(map(self._balance, self.circles)):
                break
        assignment: Assignment = {member_id: {} for member_id in self.member_ids}
        for topic in self.topics:
            parts: dict[int, list[int]] = {}
            for partition, owner in enumerate(self.owners[topic.topic_id]):
                parts.setdefault(owner, []).append(partition)
            for owner, partitions in parts.items():
                assignment[self.member_ids[owner]][topic.topic_id] = frozenset(partitions)
        return assignment

    def _keep(self, number: int, member: MemberSpec) -> None:
        for topic_id, partitions in member.assigned.items():
            if topic_id in member.subscribed_topic_ids:
                owners = self.owners[topic_id]
                for partition in partitions:
                    if partition < len(owners) and owners[partition] < 0:
                        owners[partition] = number
                        self.loads[number] += 1

    def _give_out(self) -> None:
        """Each partition without an owner to the least loaded subscriber.

        A heap of a circle may be behind, because its members get partitions in others too. Loads
        only grow here, so the least entry is the least loaded member once it is up to date.
        """
        loads = self.loads
        heaps: dict[tuple[int, ...], list[tuple[int, int]]] = {}
        for topic in sorted(self.topics, key=self._urgency):
            members = self.circle_of[topic.topic_id].members
            owners = self.owners[topic.topic_id]
            for partition, owner in enumerate(owners):
                if owner >= 0:
                    continue
                heap = heaps.get(members)
                if heap is None:
                    heap = heaps[members] = [(loads[number], number) for number in members]
                    heapify(heap)
                load, number = heap[0]
                while load != loads[number]:
                    heapreplace(heap, (loads[number], number))
                    load, number = heap[0]
                owners[partition] = number
                loads[number] += 1
                heapreplace(heap, (load + 1, number))

    def _urgency(self, topic: TopicSpec) -> tuple[float, int]:
        """Many partitions per subscriber first, then few subscribers, then the name."""
        count = len(self.circle_of[topic.topic_id].members)
        return -topic.num_partitions / count, count

    def _balance(self, circle: _Circle) -> int:
        """Move partitions of these topics from the most to the least loaded; how many moved."""
        loads = self.loads
        circle_loads = [loads[number] for number in circle.members]
        if max(circle_loads) - min(circle_loads) <= 1:
            return 0
        movable: dict[int, list[_TopicPartition]] = {}
        for topic in circle.topics:
            for partition, owner in enumerate(self.owners[topic.topic_id]):
                movable.setdefault(owner, []).append((topic.topic_id, partition))
        least = [(loads[number], number) for number in circle.members]
        most = [(-loads[number], -number) for number in circle.members if number in movable]
        heapify(least)
        heapify(most)
        moved = 0
        while most:
            giver, taker = -most[0][1], least[0][1]
            if loads[giver] - loads[taker] <= 1:
                break
            topic_id, partition = movable[giver].pop()
            self.owners[topic_id][partition] = taker
            loads[giver] -= 1
            loads[taker] += 1
            moved += 1
            # A giver's entry in `least` is behind, and a taker's in `most`; neither comes to the
            # top again, for givers stay above takers until the difference is gone.
            heapreplace(least, (loads[taker], taker))
            if movable[giver]:
                heapreplace(most, (-loads[giver], -giver))
            else:
                heappop(most)
        return moved
