"""Members of groups as clients are, without their sockets: an answer in, the next request out.

They do what the Java client does: come back at once with the member id that they were given, tell
the new assignment to the coordinator at once (consumer protocol), else wait for the interval. A
member has everything that was given to it as soon as it is told.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Protocol

from . import wire_groups as wire
from .client import BenchError

SESSION_MS = 45_000
WAIT_MS = 300_000  # max.poll.interval.ms, which is the rebalance timeout
CLASSIC_INTERVAL_S = 3.0
AGAIN_S = 0.02  # after an answer that asks for patience

Next = tuple[bytes, float]
"""The next request, and how many seconds to wait before it."""


class Member(Protocol):
    """`error` counts answers that a settled member should not get."""

    group: Group
    partitions: int
    is_stable: bool

    @property
    def epoch(self) -> int:
        """Equal in all members of a settled group."""

    def first(self) -> bytes:
        """The request with which it joins."""

    def answered(self, response: bytes) -> Next:
        """Raises BenchError for an error that ends a client's attempt, too."""

    def beat(self) -> bytes:
        """That it lives."""

    def leave(self) -> bytes:
        """That it goes."""


@dataclass(slots=True, eq=False)
class Group:
    """A group and its members, who share a topic of so many partitions."""

    name: str
    topic: str
    partitions: int
    members: list[Member] = field(default_factory=list)

    def is_settled(self) -> bool:
        """Everybody is told the same, and every partition is somebody's."""
        return (
            all(member.is_stable for member in self.members)
            and len({member.epoch for member in self.members}) == 1
            and sum(member.partitions for member in self.members) == self.partitions
        )


class ClassicMember:
    """JoinGroup, SyncGroup, Heartbeat; the leader assigns ranges."""

    def __init__(self, group: Group, *, session_ms: int = SESSION_MS) -> None:
        self.group = group
        self.partitions = 0
        self.is_stable = False
        self.epoch = -1
        self.member_id = ""
        self._session_ms = session_ms
        self._read = self._on_joined

    def first(self) -> bytes:
        return self._join()

    def answered(self, response: bytes) -> Next:
        return self._read(response)

    def beat(self) -> bytes:
        return wire.heartbeat_frame(self.group.name, self.epoch, self.member_id)

    def leave(self) -> bytes:
        return wire.leave_frame(self.group.name, self.member_id)

    def _join(self) -> bytes:
        self.is_stable = False
        self._read = self._on_joined
        return wire.join_frame(
            self.group.name,
            self.member_id,
            self.group.topic,
            session_ms=self._session_ms,
            wait_ms=WAIT_MS,
        )

    def _on_joined(self, response: bytes) -> Next:
        answer = wire.joined(response)
        if answer.error in wire.COORDINATOR_COMES:
            return self._join(), AGAIN_S
        if answer.error not in (0, wire.MEMBER_ID_REQUIRED):
            raise BenchError(f"JoinGroup failed with error {answer.error}")
        self.member_id = answer.member_id
        if answer.error:
            return self._join(), 0.0
        self.epoch = answer.generation
        self._read = self._on_synced
        shares = list(self._shares(answer.members))
        return wire.sync_frame(self.group.name, self.epoch, self.member_id, shares), 0.0

    def _shares(self, member_ids: tuple[str, ...]) -> list[tuple[str, bytes]]:
        total, count = self.group.partitions, len(member_ids)
        bounds = [total * number // max(count, 1) for number in range(count + 1)]
        return [
            (one, wire.assignment(self.group.topic, range(bounds[number], bounds[number + 1])))
            for number, one in enumerate(member_ids)
        ]

    def _on_synced(self, response: bytes) -> Next:
        error, self.partitions = wire.synced(response)
        if error == wire.REBALANCE_IN_PROGRESS:
            return self._join(), 0.0
        if error:
            raise BenchError(f"SyncGroup failed with error {error}")
        self.is_stable = True
        self._read = self._on_beaten
        return self.beat(), CLASSIC_INTERVAL_S

    def _on_beaten(self, response: bytes) -> Next:
        error = wire.heartbeat_error(response)
        if error == wire.REBALANCE_IN_PROGRESS:
            return self._join(), 0.0
        if error:
            raise BenchError(f"Heartbeat failed with error {error}")
        return self.beat(), CLASSIC_INTERVAL_S


class ConsumerMember:
    """ConsumerGroupHeartbeat, with the interval that each answer asks for."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.partitions = 0
        self.is_stable = False
        self.epoch = 0
        self.member_id = str(uuid.uuid4())
        self._told: wire.Owned | None = None

    def first(self) -> bytes:
        return wire.consumer_heartbeat_frame(
            self.group.name,
            self.member_id,
            0,
            topic=self.group.topic,
            wait_ms=WAIT_MS,
            owned={},
        )

    def answered(self, response: bytes) -> Next:
        answer = wire.beaten(response)
        if answer.error in wire.COORDINATOR_COMES:
            return self.first(), AGAIN_S
        if answer.error:
            raise BenchError(
                f"ConsumerGroupHeartbeat failed with error {answer.error}: {answer.message}"
            )
        self.epoch = answer.epoch
        if answer.assigned is None or answer.assigned == self._told:
            self.is_stable = True
            return self.beat(), answer.interval_ms / 1000
        # It gives up and takes at once, and says so at once.
        self.is_stable = False
        self._told = answer.assigned
        self.partitions = sum(map(len, answer.assigned.values()))
        return self._tell(answer.assigned), 0.0

    def _tell(self, owned: wire.Owned) -> bytes:
        return wire.consumer_heartbeat_frame(
            self.group.name,
            self.member_id,
            self.epoch,
            topic=self.group.topic,
            wait_ms=WAIT_MS,
            owned=owned,
        )

    def beat(self) -> bytes:
        return wire.consumer_heartbeat_frame(self.group.name, self.member_id, self.epoch)

    def leave(self) -> bytes:
        return wire.consumer_heartbeat_frame(self.group.name, self.member_id, wire.LEAVING_EPOCH)
