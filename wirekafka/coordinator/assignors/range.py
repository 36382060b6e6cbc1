"""The range assignor: each member gets a run of neighbouring partitions of each topic.

The members of a topic stand in a row, static ones first by their instance ids, then the others by
their member ids, and the partitions are cut into that many runs, the longer ones in front. So
members with the same subscription get the same partition numbers of topics of the same size
(co-partitioning, for joins), and a static member that comes back under another member id gets what
it had. What members own now does not matter, nor do racks.

Source: Kafka's `RangeAssignor` (group-coordinator).
"""

from __future__ import annotations

from wirekafka.coordinator.assignors.spec import Assignment, GroupSpec, MemberSpec


class RangeAssignor:
    """See the module docstring."""

    __slots__ = ()

    name = "range"

    def assign(self, spec: GroupSpec) -> Assignment:
        row = sorted(spec.members.values(), key=_place)
        assignment: Assignment = {member.member_id: {} for member in row}
        subscribers: dict[bytes, list[str]] = {}
        if spec.is_homogeneous and row:
            everybody = [member.member_id for member in row]
            subscribers = dict.fromkeys(row[0].subscribed_topic_ids, everybody)
        else:
            for member in row:
                for topic_id in member.subscribed_topic_ids:
                    subscribers.setdefault(topic_id, []).append(member.member_id)
        for topic_id, member_ids in subscribers.items():
            shortest, longer_runs = divmod(spec.topics[topic_id].num_partitions, len(member_ids))
            start = 0
            for position, member_id in enumerate(member_ids):
                end = start + shortest + (position < longer_runs)
                if end == start:
                    break
                assignment[member_id][topic_id] = frozenset(range(start, end))
                start = end
        return assignment


def _place(member: MemberSpec) -> tuple[bool, str]:
    """Static members first."""
    if member.instance_id is None:
        return True, member.member_id
    return False, member.instance_id
