"""ConsumerGroups: the consumer groups of one partition of `__consumer_offsets`.

The part of the group coordinator's machine that speaks the consumer protocol. It shares `groups`
with the part that speaks the classic one (group/shard.py), for an id names one group of either
kind. The rules are in the modules beside this one; here they are tied to requests, timers, the log
and the cluster.

A group that is to be made by a request exists as a draft while that is decided: replay makes the
real one. What is said to be remembered but not logged (sessions) is kept by the group's id, so that
draft and group share it.

Source: Kafka's `GroupMetadataManager`, `GroupCoordinatorService`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.consumer_group_describe import DescribedGroup
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)

from wirekafka.coordinator.consumer_group.classic_timers import (
    is_join_overdue,
    is_sync_overdue,
    session_timeout_ms_of,
)
from wirekafka.coordinator.consumer_group.cluster import Cluster, ClusterChange
from wirekafka.coordinator.consumer_group.config import ConsumerGroupConfig
from wirekafka.coordinator.consumer_group.conversation import Conversation
from wirekafka.coordinator.consumer_group.describe import describe_group
from wirekafka.coordinator.consumer_group.downgrade import downgrade, may_downgrade
from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.heartbeat import heartbeat, is_plain
from wirekafka.coordinator.consumer_group.interval import heartbeat_interval_ms
from wirekafka.coordinator.consumer_group.leave import (
    farewell,
    leave_for_a_moment,
    leaving_member,
    remove_members,
)
from wirekafka.coordinator.consumer_group.member import (
    JOINING_EPOCH,
    LEAVING_STATIC_EPOCH,
    ConsumerMember,
    MemberState,
)
from wirekafka.coordinator.consumer_group.metadata_hash import MetadataHash
from wirekafka.coordinator.consumer_group.regex import RegexKey, resolve
from wirekafka.coordinator.consumer_group.replay import is_group_tombstone, replay_in_group
from wirekafka.coordinator.consumer_group.scene import Scene
from wirekafka.coordinator.consumer_group.sessions import (
    ClassicJoinKey,
    ClassicSyncKey,
    RevocationKey,
    is_revocation_overdue,
    is_session_over,
    keep_alive,
    watch_revocation,
)
from wirekafka.coordinator.consumer_group.settled import SettledConsumerMember
from wirekafka.coordinator.consumer_group.upgrade import finish_upgrade, upgrade
from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.records import group_tombstone
from wirekafka.coordinator.group.states import GroupState
from wirekafka.coordinator.group.turn import SessionKey, Turn
from wirekafka.coordinator.machine import CoordinatorRecord, RequestInfo, Standing

_MEMBER_KEYS = SessionKey | RevocationKey | ClassicJoinKey | ClassicSyncKey

Groups = dict[str, ClassicGroup | ConsumerGroup]


class ConsumerGroups:
    """See the module docstring. `groups` is shared; `new_id` makes member ids for clients of
    before KIP-1082."""

    __slots__ = (
        "_config",
        "_conversations",
        "_groups",
        "_hashes",
        "_new_topics_version",
        "changes_seen",
        "cluster",
        "member_count",
        "new_id",
        "successors",
    )

    def __init__(
        self,
        groups: Groups,
        config: ConsumerGroupConfig,
        cluster: Cluster,
        new_id: Callable[[], str],
    ) -> None:
        self._groups = groups
        self._config = config
        self.new_id = new_id
        self._hashes = MetadataHash()
        self._new_topics_version = cluster.version
        self._conversations: dict[str, Conversation] = {}
        self.cluster = cluster
        # How often there was another cluster, or another config.
        self.changes_seen = 0
        # Of all groups of the partition.
        self.member_count = 0
        # What a consumer group that becomes classic is from the replay of its record on.
        self.successors: dict[str, ClassicGroup] = {}

    # -- requests ------------------------------------------------------------------------------

    def heartbeat(
        self, turn: Turn, info: RequestInfo, request: ConsumerGroupHeartbeatRequest
    ) -> ConsumerGroupHeartbeatResponse:
        """The request is sound in itself (`check_request`). Raises ApiError, and the turn is void
        then."""
        group = self._groups.get(request.group_id)
        if isinstance(group, ConsumerGroup) and self._is_nothing_new(group, info, request):
            return self._nothing_new(turn, group, request)
        if request.member_epoch < JOINING_EPOCH:
            return self._leave(turn, request)
        try:
            found = self._group_to_beat(turn, request)
            if request.member_id == "":
                request.member_id = self.new_id()
            scene = self.scene(request.group_id)
            response = heartbeat(scene, turn, found, info, request, self.member_count + 1)
        except ApiError:
            self._forget_draft(request.group_id)
            raise
        if isinstance(group, ClassicGroup):
            finish_upgrade(turn, group, found)
        return response

    def settled_member(
        self,
        standing: Standing,
        now_ms: Callable[[], int],
        info: RequestInfo,
        request: ConsumerGroupHeartbeatRequest,
        response: ConsumerGroupHeartbeatResponse,
    ) -> SettledConsumerMember | None:
        """The member whose request was just answered with `response`; None if the next one might
        be answered otherwise although nothing changes."""
        group = self._groups.get(request.group_id)
        if not isinstance(group, ConsumerGroup) or not self._is_nothing_new(group, info, request):
            return None
        # It may have been answered while something was new, or from before the group came to rest.
        again = self._no_news(group, request, self.scene(group.group_id).config, now_ms())
        if again != response or now_ms() < group.conversation.settling_until_ms:
            return None
        return SettledConsumerMember(standing, now_ms, self, self._groups, group, request.member_id)

    def describe(self, group_id: str) -> DescribedGroup:
        if group_id == "":
            return DescribedGroup(ErrorCode.INVALID_GROUP_ID)
        group = self._groups.get(group_id)
        if not isinstance(group, ConsumerGroup):
            problem = "not found" if group is None else "is no consumer group"
            return DescribedGroup(
                ErrorCode.GROUP_ID_NOT_FOUND, f"Group {group_id} {problem}.", group_id
            )
        return describe_group(group, self.cluster, self._config.assignors[0])

    # -- the world -----------------------------------------------------------------------------

    def on_cluster(self, change: ClusterChange) -> None:
        """There is another cluster: the groups look at it with their next heartbeat."""
        self.cluster = change.cluster
        self.changes_seen += 1
        if change.config is not None:
            self._config = change.config
        self._hashes.forget(change.topics)
        if change.created:
            self._new_topics_version = change.cluster.version
        for group_id, conversation in self._conversations.items():
            group = self._groups.get(group_id)
            if isinstance(group, ConsumerGroup) and any(
                group.is_subscribed_to(topic) for topic in change.topics
            ):
                conversation.is_metadata_stale = True

    def scene(self, group_id: str) -> Scene:
        """What a decision about the group looks at."""
        config = self._config
        overrides = self.cluster.group_configs(group_id)
        if overrides:
            config = config.with_overrides(overrides)
        return Scene(config, self.cluster, self._hashes, self._new_topics_version)

    # -- log and time --------------------------------------------------------------------------

    def new_group(self, group_id: str) -> ConsumerGroup:
        """A group without anything in it, as draft or for good."""
        conversation = self._conversations.get(group_id)
        if conversation is None:
            conversation = self._conversations[group_id] = Conversation()
        return ConsumerGroup(group_id, conversation)

    def replay(self, record: CoordinatorRecord) -> None:
        """Apply a record of a consumer group."""
        group_id = record.key.group_id
        group = self._groups.get(group_id)
        if not isinstance(group, ConsumerGroup):
            if record.value is None:
                if is_group_tombstone(record.key, record.value):
                    self._conversations.pop(group_id, None)  # of an empty group that was replaced
                return
            # There was none, or one without a record that is there because it has offsets, or a
            # classic one of which compaction has taken the tombstone.
            group = self._groups[group_id] = self.new_group(group_id)
        before = len(group.members)
        replay_in_group(group, record.key, record.value)
        self.member_count += len(group.members) - before
        if is_group_tombstone(record.key, record.value):
            self.member_count -= len(group.members)
            del self._groups[group_id]
            self._conversations.pop(group_id, None)

    def on_loaded(self, turn: Turn) -> None:
        """Every member has a whole session, and a whole rebalance timeout if that runs."""
        for group in self._groups.values():
            if not isinstance(group, ConsumerGroup):
                continue
            timeout_ms = self.scene(group.group_id).config.session_timeout_ms
            for member in group.members.values():
                session_timeout_ms = session_timeout_ms_of(member, timeout_ms)
                keep_alive(group, member.member_id, turn, session_timeout_ms)
                if (
                    member.state is MemberState.UNREVOKED_PARTITIONS
                    and not member.uses_classic_protocol
                ):
                    watch_revocation(group, member, turn)

    def on_timer(self, key: Hashable, turn: Turn) -> None:
        """Keys of groups that are not consumer groups do nothing."""
        if not isinstance(key, _MEMBER_KEYS | RegexKey):
            return
        group = self._groups.get(key.group_id)
        if not isinstance(group, ConsumerGroup):
            return
        if isinstance(key, RegexKey):
            resolve(self.scene(key.group_id), group, turn)
        elif self._is_overdue(key, group, turn):
            self.fence(turn, group, [group.members[key.member_id]])

    def fence(self, turn: Turn, group: ConsumerGroup, members: list[ConsumerMember]) -> None:
        """Remove members for good, whatever the reason."""
        scene = self.scene(group.group_id)
        if may_downgrade(group, members, scene.config, turn.config.max_size):
            staying = [m for m in group.members.values() if m.uses_classic_protocol]
            successor = downgrade(scene, turn, group, staying, must_rebalance=True)
            self.successors[group.group_id] = successor
        else:
            remove_members(scene, turn, group, members)

    def take_successor(self, group_id: str) -> ClassicGroup | None:
        """The classic group that this consumer group has become, whose record is replayed."""
        return self.successors.pop(group_id, None)

    # -- internals -----------------------------------------------------------------------------

    def _is_nothing_new(
        self, group: ConsumerGroup, info: RequestInfo, request: ConsumerGroupHeartbeatRequest
    ) -> bool:
        """Nearly always: a settled member of a settled group says that it lives."""
        member = group.members.get(request.member_id)
        return (
            member is not None
            and request.member_epoch == member.member_epoch
            and request.member_epoch == group.group_epoch
            and member.is_reconciled_to(group.assignment_epoch)
            and request.instance_id == member.instance_id
            and is_plain(request)
            and not group.conversation.is_metadata_stale
            and not group.subscribed_regexes
            and not member.uses_classic_protocol
            and member.client_id == info.client_id
            and member.client_host == info.client_host
        )

    def _nothing_new(
        self, turn: Turn, group: ConsumerGroup, request: ConsumerGroupHeartbeatRequest
    ) -> ConsumerGroupHeartbeatResponse:
        config = self.scene(group.group_id).config
        keep_alive(group, request.member_id, turn, config.session_timeout_ms)
        return self._no_news(group, request, config, turn.now_ms)

    def _no_news(
        self,
        group: ConsumerGroup,
        request: ConsumerGroupHeartbeatRequest,
        config: ConsumerGroupConfig,
        now_ms: int,
    ) -> ConsumerGroupHeartbeatResponse:
        return ConsumerGroupHeartbeatResponse(
            member_id=request.member_id,
            member_epoch=request.member_epoch,
            heartbeat_interval_ms=heartbeat_interval_ms(
                config,
                settling_until_ms=group.conversation.settling_until_ms,
                now_ms=now_ms,
                members=self.member_count,
            ),
        )

    def _group_to_beat(self, turn: Turn, request: ConsumerGroupHeartbeatRequest) -> ConsumerGroup:
        """The group of a heartbeat; who joins makes it. Raises ApiError."""
        group = self._groups.get(request.group_id)
        if isinstance(group, ConsumerGroup):
            return group
        if request.member_epoch == JOINING_EPOCH:
            if group is None:
                return self.new_group(request.group_id)
            if group.state is GroupState.EMPTY:
                turn.write(group_tombstone(request.group_id))
                return self.new_group(request.group_id)
            return self._upgraded(turn, group)
        raise self._not_found(request.group_id, group)

    def _upgraded(self, turn: Turn, group: ClassicGroup) -> ConsumerGroup:
        """A member of the new protocol comes to a classic group that has members."""
        draft = self.new_group(group.group_id)
        upgrade(self.scene(group.group_id), turn, group, draft)
        return draft

    def _is_overdue(
        self,
        key: SessionKey | RevocationKey | ClassicJoinKey | ClassicSyncKey,
        group: ConsumerGroup,
        turn: Turn,
    ) -> bool:
        """Did the member miss what the timer is about?"""
        member_id = key.member_id
        match key:
            case SessionKey():
                member = group.members.get(member_id)
                if member is None:
                    return False
                timeout_ms = self.scene(group.group_id).config.session_timeout_ms
                timeout_ms = session_timeout_ms_of(member, timeout_ms)
                return is_session_over(group, member_id, turn, timeout_ms)
            case RevocationKey():
                return is_revocation_overdue(group, member_id)
            case ClassicJoinKey():
                return is_join_overdue(group, member_id)
            case ClassicSyncKey():
                return is_sync_overdue(group, member_id)

    def _leave(
        self, turn: Turn, request: ConsumerGroupHeartbeatRequest
    ) -> ConsumerGroupHeartbeatResponse:
        group = self._groups.get(request.group_id)
        if not isinstance(group, ConsumerGroup):
            raise self._not_found(request.group_id, group)
        member = leaving_member(group, request)
        if request.member_epoch == LEAVING_STATIC_EPOCH and request.instance_id is not None:
            leave_for_a_moment(turn, group, member)
        else:
            self.fence(turn, group, [member])
        return farewell(request)

    def _forget_draft(self, group_id: str) -> None:
        """The request failed: what it made or looked at does not count."""
        if not isinstance(self._groups.get(group_id), ConsumerGroup):
            self._conversations.pop(group_id, None)
        elif group_id in self._conversations:
            self._conversations[group_id].is_metadata_stale = True

    @staticmethod
    def _not_found(group_id: str, group: Any) -> ApiError:
        problem = "there is no group" if group is None else "no consumer group is"
        return ApiError(ErrorCode.GROUP_ID_NOT_FOUND, f"{problem} {group_id}")
