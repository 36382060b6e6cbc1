"""A member of a group of the consumer protocol (KIP-848): ConsumerGroupHeartbeat and nothing else.

The broker says who owns what. A change is carried out here, what goes before what comes, and the
next heartbeat, which is due at once, says that it is done. A heartbeat without news has no fields;
after a join or a lost answer everything is said again, for the broker may not have heard it.

The member makes its own id (KIP-1082). A member that is fenced joins again under the same one.
Source: Java's `ConsumerHeartbeatRequestManager`, `ConsumerMembershipManager`.
"""

from __future__ import annotations

import base64
import uuid

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
    TopicPartitions,
)
from wirekafka_protocol.schema import Message

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.client_assignors import Partitions
from wirekafka.cli.wire.cluster import TopicPartition
from wirekafka.cli.wire.fault_texts import fault
from wirekafka.cli.wire.membership import RETRY_S, GroupSettings, Holder, Topics

_JOIN = 0
_LEAVE = -1
_LEAVE_FOR_NOW = -2  # of a static member
_FENCED = frozenset({ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.FENCED_MEMBER_EPOCH})


class ConsumerMembership:
    """See the module docstring."""

    def __init__(self, settings: GroupSettings, topics: Topics, holder: Holder) -> None:
        self.member_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        self.epoch = _JOIN
        self.owned: Partitions = frozenset()
        self._settings = settings
        self._topics = topics
        self._holder = holder
        self._subscribed: frozenset[str] = frozenset()
        self._is_wish_new = False
        self._ids: dict[str, bytes] = {}
        self._target: dict[bytes, frozenset[int]] | None = None
        self._is_told_anything = False
        self._says_all = True
        self._said: Partitions = frozenset()
        self._look_again_s = 0.0
        self._interval_s = settings.heartbeat_interval_ms / 1000
        self._next_s = 0.0

    def subscribe(self, topics: frozenset[str]) -> None:
        """Wish for these topics."""
        self._is_wish_new |= topics != self._subscribed
        self._subscribed = topics

    def topics_changed(self) -> None:
        """The broker knows before we do."""

    def due_s(self, now_s: float) -> float:
        """Until the next heartbeat, or until unknown topics are looked for again."""
        if self._has_news:
            return 0.0
        due_s = self._next_s if self._target is None else min(self._next_s, self._look_again_s)
        return max(0.0, due_s - now_s)

    @property
    def _has_news(self) -> bool:
        is_member = self.epoch > 0 and not self._says_all
        return is_member and (self.owned != self._said or self._is_wish_new)

    def request(self, now_s: float) -> Message | None:
        """A heartbeat, when it is time or there is something to say."""
        if self._target is not None and now_s >= self._look_again_s:
            self._reconcile(now_s)
        if not (self._has_news or now_s >= self._next_s):
            return None
        if self.epoch == _JOIN and not self._subscribed:
            self._next_s = now_s + RETRY_S
            return None
        request = ConsumerGroupHeartbeatRequest(
            self._settings.group_id, self.member_id, self.epoch, self._settings.instance_id
        )
        if self._says_all:
            request.rebalance_timeout_ms = self._settings.rebalance_timeout_ms
            request.server_assignor = self._settings.remote_assignor
        if self._says_all or self._is_wish_new:
            request.subscribed_topic_names = sorted(self._subscribed)
        if self._says_all or self.owned != self._said:
            request.topic_partitions = self._owned_by_id()
            self._said = self.owned
        self._says_all = self._is_wish_new = False
        self._next_s = now_s + self._interval_s
        return request

    def answer(self, answer: Message, now_s: float) -> None:
        """Take the epoch, the interval and the partitions."""
        assert isinstance(answer, ConsumerGroupHeartbeatResponse)
        if answer.error_code in _FENCED:
            self._fenced(now_s)
            return
        if answer.error_code:
            raise CommandError(fault(answer.error_code, answer.error_message))
        self.member_id = answer.member_id or self.member_id
        self.epoch = answer.member_epoch
        self._interval_s = answer.heartbeat_interval_ms / 1000
        self._next_s = now_s + self._interval_s
        if answer.assignment is not None:
            self._target = {
                row.topic_id: frozenset(row.partitions)
                for row in answer.assignment.topic_partitions
            }
            self._reconcile(now_s)

    def interrupted(self, now_s: float) -> None:
        """Say it all again."""
        self._says_all = True
        self._next_s = now_s + RETRY_S

    def farewell(self) -> Message | None:
        """A heartbeat with an epoch that says so."""
        if self.epoch == _JOIN:
            return None
        epoch = _LEAVE if self._settings.instance_id is None else _LEAVE_FOR_NOW
        return ConsumerGroupHeartbeatRequest(
            self._settings.group_id, self.member_id, epoch, self._settings.instance_id
        )

    def _reconcile(self, now_s: float) -> None:
        """Carry out what the broker wants, as far as its topics are known here; the others are
        looked for again in a moment."""
        assert self._target is not None
        topics = self._topics.identified(self._target)
        wanted = frozenset(
            TopicPartition(topics[topic_id].name, number)
            for topic_id, numbers in self._target.items()
            if topic_id in topics
            for number in numbers
        )
        self._ids |= {topic.name: topic_id for topic_id, topic in topics.items()}
        if len(topics) == len(self._target):
            self._target = None
        self._look_again_s = now_s + RETRY_S
        if wanted == self.owned and self._is_told_anything:
            return
        gone, come = self.owned - wanted, wanted - self.owned
        if gone:
            self._holder.revoke(gone)
        self.owned = wanted
        self._is_told_anything = True
        self._holder.assign(come)

    def _fenced(self, now_s: float) -> None:
        if self.owned:
            self._holder.lose(self.owned)
        self.owned = self._said = frozenset()
        self._target = None
        self.epoch = _JOIN
        self._says_all = True
        self._next_s = now_s

    def _owned_by_id(self) -> list[TopicPartitions]:
        rows: dict[bytes, list[int]] = {}
        for one in sorted(self.owned):
            rows.setdefault(self._ids[one.topic], []).append(one.partition)
        return [TopicPartitions(topic_id, numbers) for topic_id, numbers in rows.items()]
