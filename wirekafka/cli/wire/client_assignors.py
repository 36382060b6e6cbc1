"""How the leader of a classic group shares out partitions among its members.

Range and sticky are the broker's own assignors (`coordinator/assignors`), fed with names in the
place of topic ids; round robin is here. A cooperative assignor gives out a partition that moves
only after its owner has given it up: the next generation does that.

Source: Kafka's `RangeAssignor`, `RoundRobinAssignor`, `StickyAssignor` (its user data) and
`CooperativeStickyAssignor` (KIP-54, KIP-429, KIP-792).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle

from wirekafka.cli.wire.cluster import TopicPartition
from wirekafka.coordinator.assignors.range import RangeAssignor
from wirekafka.coordinator.assignors.spec import Assignor, GroupSpec, MemberSpec, TopicSpec
from wirekafka.coordinator.assignors.uniform import UniformAssignor

Partitions = frozenset[TopicPartition]
Shares = dict[str, Partitions]
"""Member id to its partitions; every member is in it."""

_INT32 = struct.Struct(">i")
_INT16 = struct.Struct(">h")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A member as its JoinGroup describes it."""

    member_id: str
    instance_id: str | None
    topics: frozenset[str]
    owned: Partitions = frozenset()
    generation_id: int = -1

    @property
    def place(self) -> tuple[bool, str]:
        """Static members stand in front, by their instance ids."""
        if self.instance_id is None:
            return True, self.member_id
        return False, self.instance_id


@dataclass(frozen=True, slots=True)
class ClientAssignor:
    """An assignor by the name that members agree on. `is_cooperative` ones keep what they own
    while the group rebalances; `tells_owned` ones say in their user data what they owned."""

    name: str
    share_out: Callable[[list[Subscriber], Mapping[str, int]], Shares]
    is_cooperative: bool = False
    tells_owned: bool = False


def share_by_range(members: list[Subscriber], counts: Mapping[str, int]) -> Shares:
    """Neighbouring partitions of each topic, in the order of the members."""
    return _by_broker(RangeAssignor(), members, counts, {})


def share_by_round_robin(members: list[Subscriber], counts: Mapping[str, int]) -> Shares:
    """One partition after the other to one member after the other."""
    shares: dict[str, set[TopicPartition]] = {one.member_id: set() for one in members}
    circle = cycle(sorted(members, key=lambda one: one.place))
    for topic in sorted({topic for one in members for topic in one.topics if topic in counts}):
        for partition in range(counts[topic]):
            member = next(one for one in circle if topic in one.topics)
            shares[member.member_id].add(TopicPartition(topic, partition))
    return {member_id: frozenset(share) for member_id, share in shares.items()}


def share_stickily(members: list[Subscriber], counts: Mapping[str, int]) -> Shares:
    """Evenly, and as far as that allows everybody keeps what it owns."""
    return _by_broker(UniformAssignor(), members, counts, _owners(members))


def share_cooperatively(members: list[Subscriber], counts: Mapping[str, int]) -> Shares:
    """The same, without what another member still owns."""
    owners = _owners(members)
    return {
        member_id: frozenset(one for one in share if owners.get(one, member_id) == member_id)
        for member_id, share in share_stickily(members, counts).items()
    }


ASSIGNORS = {
    "RangeAssignor": ClientAssignor("range", share_by_range),
    "RoundRobinAssignor": ClientAssignor("roundrobin", share_by_round_robin),
    "StickyAssignor": ClientAssignor("sticky", share_stickily, tells_owned=True),
    "CooperativeStickyAssignor": ClientAssignor(
        "cooperative-sticky", share_cooperatively, is_cooperative=True
    ),
}
"""By Java's classes, without their package."""


def write_owned(owned: Partitions, generation_id: int) -> bytes:
    """The user data of a sticky member: an array of (topic, array of partitions), the generation,
    all numbers int32, the length of a name int16."""
    topics: dict[str, list[int]] = {}
    for one in sorted(owned):
        topics.setdefault(one.topic, []).append(one.partition)
    out = bytearray(_INT32.pack(len(topics)))
    for topic, partitions in topics.items():
        name = topic.encode()
        out += _INT16.pack(len(name)) + name
        out += struct.pack(f">i{len(partitions)}i", len(partitions), *partitions)
    return bytes(out + _INT32.pack(generation_id))


def read_owned(data: bytes) -> tuple[Partitions, int]:
    """What `write_owned` wrote; nothing and -1 for bytes that are not that."""
    owned: set[TopicPartition] = set()
    position = _INT32.size
    try:
        (topics,) = _INT32.unpack_from(data)
        for _ in range(topics):
            (length,) = _INT16.unpack_from(data, position)
            position += _INT16.size
            topic = data[position : position + length].decode()
            position += length
            (count,) = _INT32.unpack_from(data, position)
            if not 0 <= count <= len(data):
                return frozenset(), -1
            position += _INT32.size
            numbers = struct.unpack_from(f">{count}i", data, position)
            position += count * _INT32.size
            owned.update(TopicPartition(topic, number) for number in numbers)
        # The first version of this had no generation.
        generation = _INT32.unpack_from(data, position)[0] if position < len(data) else -1
    except (struct.error, UnicodeDecodeError):
        return frozenset(), -1
    return frozenset(owned), generation


def _owners(members: list[Subscriber]) -> dict[TopicPartition, str]:
    """Who owns what: of several that say so, the one of the latest generation, if it is alone."""
    claims: dict[TopicPartition, list[Subscriber]] = {}
    for member in members:
        for one in member.owned:
            claims.setdefault(one, []).append(member)
    owners = {}
    for one, claimants in claims.items():
        latest = max(member.generation_id for member in claimants)
        newest = [member for member in claimants if member.generation_id == latest]
        if len(newest) == 1:
            owners[one] = newest[0].member_id
    return owners


def _by_broker(
    assignor: Assignor,
    members: list[Subscriber],
    counts: Mapping[str, int],
    owners: Mapping[TopicPartition, str],
) -> Shares:
    assigned: dict[str, dict[bytes, set[int]]] = {one.member_id: {} for one in members}
    for one, member_id in owners.items():
        if one.partition < counts.get(one.topic, 0):
            assigned[member_id].setdefault(one.topic.encode(), set()).add(one.partition)
    specs = {
        one.member_id: MemberSpec(
            one.member_id, one.instance_id, None,
            frozenset(topic.encode() for topic in one.topics if topic in counts),
            {topic: frozenset(numbers) for topic, numbers in assigned[one.member_id].items()},
        )
        for one in members
    }  # fmt: skip
    wanted = {topic for spec in specs.values() for topic in spec.subscribed_topic_ids}
    topics = {topic: TopicSpec(topic, topic.decode(), counts[topic.decode()]) for topic in wanted}
    found = assignor.assign(GroupSpec(specs, topics))
    return {
        member_id: frozenset(
            TopicPartition(topic.decode(), number)
            for topic, numbers in share.items()
            for number in numbers
        )
        for member_id, share in found.items()
    }
