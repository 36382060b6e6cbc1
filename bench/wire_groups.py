"""The wire format of groups: what members of both protocols send, and what they are answered.

As wire.py: independent of wirekafka_protocol, versions that need little code. The consumer protocol
(KIP-848) is flexible in all its versions. Layouts: Kafka's protocol guide.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .wire import Reader, compact, frame, string, uvarint

OFFSET_COMMIT, OFFSET_FETCH, FIND_COORDINATOR, JOIN_GROUP, HEARTBEAT = 8, 9, 10, 11, 12
LEAVE_GROUP, SYNC_GROUP, DESCRIBE_GROUPS, CONSUMER_GROUP_HEARTBEAT = 13, 14, 15, 68

LOADING, NOT_AVAILABLE, NOT_COORDINATOR = 14, 15, 16
COORDINATOR_COMES = frozenset({LOADING, NOT_AVAILABLE, NOT_COORDINATOR})
REBALANCE_IN_PROGRESS, MEMBER_ID_REQUIRED = 27, 79

GROUP_KEY = 0
PROTOCOL_TYPE, PROTOCOL = "consumer", "range"
LEAVING_EPOCH = -1
NULL = b"\0"  # of a compact string or array

Owned = Mapping[bytes, Sequence[int]]
"""Topic id -> partitions."""


def find_coordinator_frame(group: str) -> bytes:
    """FindCoordinator v1."""
    return frame(FIND_COORDINATOR, 1, string(group) + struct.pack(">b", GROUP_KEY))


def find_coordinator_error(response: bytes) -> int:
    _, code = Reader(response).take("ih")
    return code


# -- the classic protocol ------------------------------------------------------------------------


def join_frame(group: str, member_id: str, topic: str, *, session_ms: int, wait_ms: int) -> bytes:
    """JoinGroup v5: the first answer to a new member is its id."""
    subscription = struct.pack(">hi", 0, 1) + string(topic) + struct.pack(">i", -1)
    body = string(group) + struct.pack(">ii", session_ms, wait_ms) + string(member_id)
    body += struct.pack(">h", -1) + string(PROTOCOL_TYPE) + struct.pack(">i", 1)
    body += string(PROTOCOL) + struct.pack(">i", len(subscription)) + subscription
    return frame(JOIN_GROUP, 5, body)


@dataclass(frozen=True, slots=True)
class Joined:
    """`members` are those of the group if this one leads it."""

    error: int
    generation: int
    member_id: str
    members: tuple[str, ...]


def joined(response: bytes) -> Joined:
    reader = Reader(response)
    _, error, generation = reader.take("ihi")
    reader.string()
    reader.string()
    member_id = reader.string() or ""
    (count,) = reader.take("i")
    members = []
    for _ in range(count):
        members.append(reader.string() or "")
        reader.string()
        reader.skip(reader.take("i")[0])
    return Joined(error, generation, member_id, tuple(members))


def sync_frame(
    group: str, generation: int, member_id: str, assignments: Iterable[tuple[str, bytes]] = ()
) -> bytes:
    """SyncGroup v3; the leader brings everybody's assignment."""
    rows = [
        string(one) + struct.pack(">i", len(assignment)) + assignment
        for one, assignment in assignments
    ]
    head = _member(group, generation, member_id) + struct.pack(">i", len(rows))
    return frame(SYNC_GROUP, 3, head + b"".join(rows))


def assignment(topic: str, partitions: Sequence[int]) -> bytes:
    """A ConsumerProtocolAssignment v0 of one topic."""
    body = struct.pack(">hi", 0, 1) + string(topic) + struct.pack(">i", len(partitions))
    return body + struct.pack(f">{len(partitions)}i", *partitions) + struct.pack(">i", -1)


def synced(response: bytes) -> tuple[int, int]:
    """The error, and how many partitions of the one topic the member has."""
    reader = Reader(response)
    _, error, size = reader.take("ihi")
    if error or size == 0:
        return error, 0
    reader.take("hi")
    reader.string()
    return error, reader.take("i")[0]


def heartbeat_frame(group: str, generation: int, member_id: str) -> bytes:
    """Heartbeat v3."""
    return frame(HEARTBEAT, 3, _member(group, generation, member_id))


def heartbeat_error(response: bytes) -> int:
    _, code = Reader(response).take("ih")
    return code


def leave_frame(group: str, member_id: str) -> bytes:
    """LeaveGroup v2, of one member."""
    return frame(LEAVE_GROUP, 2, string(group) + string(member_id))


def _member(group: str, generation: int, member_id: str) -> bytes:
    who = string(group) + struct.pack(">i", generation) + string(member_id)
    return who + struct.pack(">h", -1)


# -- the consumer protocol -----------------------------------------------------------------------


def consumer_heartbeat_frame(
    group: str,
    member_id: str,
    epoch: int,
    *,
    topic: str | None = None,
    wait_ms: int = -1,
    owned: Owned | None = None,
) -> bytes:
    """ConsumerGroupHeartbeat v1: what is None has not changed."""
    body = compact(group.encode()) + compact(member_id.encode()) + struct.pack(">i", epoch)
    body += NULL + NULL + struct.pack(">i", wait_ms)  # no instance id, no rack
    body += NULL if topic is None else uvarint(2) + compact(topic.encode())
    body += NULL + NULL  # no pattern, whichever assignor
    body += NULL if owned is None else uvarint(len(owned) + 1)
    for topic_id, partitions in (owned or {}).items():
        body += topic_id + uvarint(len(partitions) + 1)
        body += struct.pack(f">{len(partitions)}i", *partitions) + b"\0"
    return frame(CONSUMER_GROUP_HEARTBEAT, 1, body + b"\0", flexible=True)


@dataclass(frozen=True, slots=True)
class Beaten:
    """The answer; `assigned` is None when nothing has changed."""

    error: int
    message: str | None
    epoch: int
    interval_ms: int
    assigned: dict[bytes, tuple[int, ...]] | None


def beaten(response: bytes) -> Beaten:
    reader = Reader(response, 9)
    _, error = reader.take("ih")
    message = reader.compact_string()
    reader.compact_string()
    epoch, interval_ms, has_assignment = reader.take("iib")
    if has_assignment < 0:
        return Beaten(error, message, epoch, interval_ms, None)
    assigned = {}
    for _ in range(reader.uvarint() - 1):
        topic_id = reader.raw(16)
        count = reader.uvarint() - 1
        assigned[topic_id] = reader.take(f"{count}i")
        reader.uvarint()
    return Beaten(error, message, epoch, interval_ms, assigned)


# -- offsets, and what an administrator asks -----------------------------------------------------


def commit_frame(
    group: str, generation: int, member_id: str, topic: str, offsets: Sequence[int]
) -> bytes:
    """OffsetCommit v7, of the first partitions of one topic."""
    body = _member(group, generation, member_id) + struct.pack(">i", 1) + string(topic)
    body += struct.pack(">i", len(offsets))
    for partition, offset in enumerate(offsets):
        body += struct.pack(">iqi", partition, offset, -1) + string("")
    return frame(OFFSET_COMMIT, 7, body)


def commit_errors(response: bytes) -> list[int]:
    reader = Reader(response)
    reader.take("ii")
    reader.string()
    (count,) = reader.take("i")
    return [reader.take("ih")[1] for _ in range(count)]


def offsets_frame(group: str, topic: str, partitions: int) -> bytes:
    """OffsetFetch v5, of the first partitions of one topic."""
    body = string(group) + struct.pack(">i", 1) + string(topic) + struct.pack(">i", partitions)
    return frame(OFFSET_FETCH, 5, body + struct.pack(f">{partitions}i", *range(partitions)))


def committed_offsets(response: bytes) -> list[int]:
    """In the order of the question; -1: none."""
    reader = Reader(response)
    reader.take("ii")
    reader.string()
    (count,) = reader.take("i")
    offsets = []
    for _ in range(count):
        offsets.append(reader.take("iqi")[1])
        reader.string()
        reader.take("h")
    return offsets


def describe_frame(groups: Sequence[str]) -> bytes:
    """DescribeGroups v0."""
    return frame(DESCRIBE_GROUPS, 0, struct.pack(">i", len(groups)) + b"".join(map(string, groups)))


@dataclass(frozen=True, slots=True)
class Described:
    """A group as an administrator sees it."""

    error: int
    group: str
    state: str
    member_count: int


def described(response: bytes) -> list[Described]:
    reader = Reader(response)
    (count,) = reader.take("i")
    groups = []
    for _ in range(count):
        (error,) = reader.take("h")
        group, state = reader.string() or "", reader.string() or ""
        reader.string()
        reader.string()
        (members,) = reader.take("i")
        for _ in range(members):
            for _ in range(3):
                reader.string()
            for _ in range(2):
                reader.skip(reader.take("i")[0])
        groups.append(Described(error, group, state, members))
    return groups
