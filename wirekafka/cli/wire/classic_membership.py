"""A member of a group of the classic protocol: JoinGroup, SyncGroup, then heartbeats.

    OUT ──JoinGroup──► JOINING ──► JOINED ──SyncGroup──► SYNCING ──► STABLE ──heartbeat──► …
     ▲                                                                  │
     └────── rebalance, unknown member, illegal generation ◄────────────┘

With an eager assignor everything is given up before joining again, with a cooperative one only what
goes to others, after which the group is joined once more. The leader shares out.

Source: KIP-62, KIP-345 (static members), KIP-394 (member ids), KIP-429; Java's
`AbstractCoordinator`, `ConsumerCoordinator`.
"""

from __future__ import annotations

from enum import Enum

from wirekafka_protocol.codec import encode
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.messages.consumer_protocol import (
    ConsumerProtocolSubscription,
)
from wirekafka_protocol.messages.consumer_protocol import (
    TopicPartition as OwnedPartitions,
)
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirekafka_protocol.messages.join_group import (
    JoinGroupRequest,
    JoinGroupRequestProtocol,
    JoinGroupResponse,
)
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from wirekafka_protocol.messages.sync_group import (
    SyncGroupRequest,
    SyncGroupRequestAssignment,
    SyncGroupResponse,
)
from wirekafka_protocol.schema import Message

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.client_assignors import (
    ClientAssignor,
    Partitions,
    Subscriber,
    read_owned,
    write_owned,
)
from wirekafka.cli.wire.cluster import TopicPartition
from wirekafka.cli.wire.fault_texts import fault
from wirekafka.cli.wire.membership import RETRY_S, GroupSettings, Holder, Topics
from wirekafka.coordinator.consumer_group.embedded import (
    HIGHEST_VERSION,
    read_assignment,
    read_subscription,
    write_assignment,
)

_PROTOCOL_TYPE = "consumer"


class State(Enum):
    """Where a member is."""

    OUT = "not in the group, or about to join anew"
    JOINING = "JoinGroup is under way"
    JOINED = "in the generation, without its partitions"
    SYNCING = "SyncGroup is under way"
    STABLE = "has its partitions"


class ClassicMembership:
    """See the module docstring."""

    def __init__(self, settings: GroupSettings, topics: Topics, holder: Holder) -> None:
        self.member_id = ""
        self.epoch = -1
        self.owned: Partitions = frozenset()
        self.state = State.OUT
        self._settings = settings
        self._topics = topics
        self._holder = holder
        self._subscribed: frozenset[str] = frozenset()
        self._assignor = settings.assignors[0]
        self._is_leader = False
        self._plan: list[SyncGroupRequestAssignment] = []
        self._is_wish_new = False
        self._is_eager = not all(one.is_cooperative for one in settings.assignors)
        self._next_s = 0.0
        self._last_owned: Partitions = frozenset()

    def subscribe(self, topics: frozenset[str]) -> None:
        """Wish for these topics."""
        self._is_wish_new |= topics != self._subscribed
        self._subscribed = topics

    def topics_changed(self) -> None:
        """The leader calls the group together again."""
        self._is_wish_new |= self._is_leader

    def due_s(self, now_s: float) -> float:
        """Until the next heartbeat, or the next attempt to join."""
        return max(0.0, self._next_s - now_s)

    def request(self, now_s: float) -> Message | None:
        """What is due in this state."""
        if self._is_wish_new and self.state is State.STABLE:
            self._join_anew(now_s)
        if now_s < self._next_s:
            return None
        if self.state is State.OUT:
            if not self._subscribed:
                self._next_s = now_s + RETRY_S
                return None
            self.state = State.JOINING
            return self._join_request()
        if self.state is State.JOINED:
            self.state = State.SYNCING
            return SyncGroupRequest(
                group_id=self._settings.group_id, generation_id=self.epoch,
                member_id=self.member_id, group_instance_id=self._settings.instance_id,
                protocol_type=_PROTOCOL_TYPE, protocol_name=self._assignor.name,
                assignments=self._plan,
            )  # fmt: skip
        if self.state is State.STABLE:
            self._next_s = now_s + self._settings.heartbeat_interval_ms / 1000
            return HeartbeatRequest(
                self._settings.group_id, self.epoch, self.member_id, self._settings.instance_id
            )
        return None

    def answer(self, answer: Message, now_s: float) -> None:
        """Take it as the answer to what was asked in this state."""
        if isinstance(answer, JoinGroupResponse):
            self._joined(answer, now_s)
        elif isinstance(answer, SyncGroupResponse):
            self._synced(answer, now_s)
        elif isinstance(answer, HeartbeatResponse) and answer.error_code:
            self._refused(answer.error_code, now_s)

    def interrupted(self, now_s: float) -> None:
        """Joining begins anew; a heartbeat is sent again."""
        if self.state is not State.STABLE:
            self.state = State.OUT
        self._next_s = now_s + RETRY_S

    def farewell(self) -> Message | None:
        """LeaveGroup; a static member does not leave (KIP-345), it comes back."""
        if not self.member_id or self._settings.instance_id is not None:
            return None
        reason = "the consumer is being closed"
        return LeaveGroupRequest(
            self._settings.group_id, self.member_id, [MemberIdentity(self.member_id, None, reason)]
        )

    def _join_request(self) -> JoinGroupRequest:
        self._is_wish_new = False
        settings = self._settings
        return JoinGroupRequest(
            group_id=settings.group_id, session_timeout_ms=settings.session_timeout_ms,
            rebalance_timeout_ms=settings.rebalance_timeout_ms, member_id=self.member_id,
            group_instance_id=settings.instance_id, protocol_type=_PROTOCOL_TYPE,
            protocols=[
                JoinGroupRequestProtocol(one.name, self._subscription(one))
                for one in settings.assignors
            ],
        )  # fmt: skip

    def _subscription(self, assignor: ClientAssignor) -> bytes:
        topics: dict[str, list[int]] = {}
        for one in sorted(self.owned):
            topics.setdefault(one.topic, []).append(one.partition)
        message = ConsumerProtocolSubscription(
            sorted(self._subscribed),
            write_owned(self._last_owned, self.epoch) if assignor.tells_owned else None,
            [OwnedPartitions(topic, numbers) for topic, numbers in topics.items()],
            self.epoch,
        )
        return HIGHEST_VERSION.to_bytes(2, "big") + encode(message, HIGHEST_VERSION)

    def _joined(self, answer: JoinGroupResponse, now_s: float) -> None:
        if answer.error_code == ErrorCode.MEMBER_ID_REQUIRED:
            self.member_id = answer.member_id
            self.state = State.OUT
            return
        if answer.error_code:
            self._refused(answer.error_code, now_s)
            return
        self.member_id, self.epoch = answer.member_id, answer.generation_id
        found = [one for one in self._settings.assignors if one.name == answer.protocol_name]
        if not found:
            raise CommandError(f"the group uses the assignor {answer.protocol_name}, unknown here")
        self._assignor = found[0]
        self._is_leader = answer.leader == answer.member_id
        self._plan = []
        if self._is_leader and not answer.skip_assignment:
            self._plan = self._share_out(answer)
        self.state = State.JOINED
        self._next_s = now_s

    def _share_out(self, answer: JoinGroupResponse) -> list[SyncGroupRequestAssignment]:
        members = [
            _subscriber(self._assignor, row.member_id, row.group_instance_id, row.metadata)
            for row in answer.members
        ]
        topics = self._topics.named({topic for one in members for topic in one.topics})
        counts = {name: len(topic.partitions) for name, topic in topics.items()}
        shares = self._assignor.share_out(members, counts)
        plan = []
        for member_id, share in shares.items():
            by_topic: dict[str, list[int]] = {}
            for one in sorted(share):
                by_topic.setdefault(one.topic, []).append(one.partition)
            data = write_assignment(by_topic, HIGHEST_VERSION)
            plan.append(SyncGroupRequestAssignment(member_id, data))
        return plan

    def _synced(self, answer: SyncGroupResponse, now_s: float) -> None:
        if answer.error_code:
            self._refused(answer.error_code, now_s)
            return
        try:
            found = read_assignment(bytes(answer.assignment)) if answer.assignment else None
        except ProtocolError as error:
            raise CommandError(f"the leader's assignment cannot be read: {error}") from None
        given = frozenset(
            TopicPartition(topic.topic, number)
            for topic in (found.assigned_partitions if found else ())
            for number in topic.partitions
        )
        gone, come = self.owned - given, given - self.owned
        self.state = State.STABLE
        self._next_s = now_s + self._settings.heartbeat_interval_ms / 1000
        if gone:
            self._holder.revoke(gone)
        self.owned = self._last_owned = given
        self._holder.assign(come)
        # What was given up can be given out in the next generation only (KIP-429).
        self._is_wish_new |= bool(gone)

    def _join_anew(self, now_s: float) -> None:
        self._last_owned = self.owned
        if self._is_eager and self.owned:
            self._holder.revoke(self.owned)
            self.owned = frozenset()
        self.state = State.OUT
        self._next_s = now_s

    def _refused(self, code: int, now_s: float) -> None:
        """What an error code means in any answer; raises CommandError if it is the end."""
        if code == ErrorCode.REBALANCE_IN_PROGRESS:
            self._join_anew(now_s)
            return
        if code not in (ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.ILLEGAL_GENERATION):
            raise CommandError(fault(code))
        if code == ErrorCode.UNKNOWN_MEMBER_ID:
            self.member_id = ""
        if self.owned:
            self._holder.lose(self.owned)
        self.owned = self._last_owned = frozenset()
        self.epoch = -1
        self._is_leader = False
        self.state = State.OUT
        self._next_s = now_s


def _subscriber(
    assignor: ClientAssignor, member_id: str, instance_id: str | None, metadata: bytes
) -> Subscriber:
    """A member by its metadata; one whose metadata cannot be read wishes for nothing."""
    try:
        found = read_subscription(bytes(metadata))
    except ProtocolError:
        return Subscriber(member_id, instance_id, frozenset())
    owned = frozenset(
        TopicPartition(row.topic, number)
        for row in found.owned_partitions
        for number in row.partitions
    )
    generation_id = found.generation_id
    if assignor.tells_owned and found.user_data is not None:
        owned, generation_id = read_owned(bytes(found.user_data))
    return Subscriber(member_id, instance_id, frozenset(found.topics), owned, generation_id)
