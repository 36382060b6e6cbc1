"""GroupCoordinatorShard: the groups of one partition of `__consumer_offsets`, as a machine.

See machine.py for the contract. The request methods take `(ticket, info, request, now_ms)`. Those
that write, park or set timers return a Decision; pure reads return the response itself, which is
the answer to their ticket. Whether the coordinator is the right one, is loaded, and whether the
client may do what it asks, was settled before.

The rules are in join.py, sync.py, leave.py, rebalance.py, offsets.py, txn_commit.py and admin.py;
here they are tied to requests, timers and the log. Groups of the consumer protocol are in the same
dict, and in the hands of `consumer` (consumer_group/groups.py).

Replay: while the log is read, each record makes the group anew. Once loaded, a record only confirms
what this machine has just decided, and the conversation that led to it goes on.

Source: Kafka's `GroupCoordinatorShard`, `GroupCoordinatorService` (checks on the group id).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.consumer_group_describe import (
    DescribedGroup as ConsumerDescription,
)
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)
from wirekafka_protocol.messages.delete_groups import DeletableGroupResult
from wirekafka_protocol.messages.describe_groups import DescribedGroup
from wirekafka_protocol.messages.group_metadata import GroupMetadataKey, GroupMetadataValue
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirekafka_protocol.messages.join_group import JoinGroupRequest
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest
from wirekafka_protocol.messages.list_groups import ListedGroup, ListGroupsRequest
from wirekafka_protocol.messages.offset_commit import OffsetCommitRequest, OffsetCommitResponse
from wirekafka_protocol.messages.offset_commit_record import OffsetCommitKey, OffsetCommitValue
from wirekafka_protocol.messages.offset_delete import OffsetDeleteRequest, OffsetDeleteResponse
from wirekafka_protocol.messages.offset_fetch import OffsetFetchRequest, OffsetFetchResponseGroup
from wirekafka_protocol.messages.sync_group import SyncGroupRequest
from wirekafka_protocol.messages.txn_offset_commit import (
    TxnOffsetCommitRequest,
    TxnOffsetCommitResponse,
)

from wirekafka.coordinator.consumer_group.classic_requests import (
    beat_consumer_group,
    join_consumer_group,
    leave_consumer_group,
    sync_consumer_group,
)
from wirekafka.coordinator.consumer_group.cluster import Cluster, ClusterChange, FixedCluster
from wirekafka.coordinator.consumer_group.config import ConsumerGroupConfig
from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.groups import ConsumerGroups, Groups
from wirekafka.coordinator.consumer_group.offsets import (
    consumer_commit_error,
    consumer_fetch_error,
    consumer_txn_commit_error,
)
from wirekafka.coordinator.consumer_group.replay import KEYS as CONSUMER_KEYS
from wirekafka.coordinator.group.admin import delete_error, describe, list_matching
from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.force import force
from wirekafka.coordinator.group.group import ClassicGroup, group_from_record
from wirekafka.coordinator.group.join import join
from wirekafka.coordinator.group.leave import leave
from wirekafka.coordinator.group.offsets import (
    CommittedOffsets,
    commit,
    commit_error,
    commit_refused,
)
from wirekafka.coordinator.group.pending_offsets import Place
from wirekafka.coordinator.group.rebalance import (
    join_time_is_up,
    prepare,
    remove_member,
    remove_pending_member,
    sync_time_is_up,
)
from wirekafka.coordinator.group.records import group_tombstones
from wirekafka.coordinator.group.sessions import keep_alive, prolong
from wirekafka.coordinator.group.states import HEARTBEAT_ANSWER, GroupState
from wirekafka.coordinator.group.sync import sync
from wirekafka.coordinator.group.turn import ExpiryKey, JoinKey, SessionKey, SyncKey, Turn
from wirekafka.coordinator.group.txn_commit import (
    txn_commit,
    txn_commit_error,
    txn_commit_refused,
)
from wirekafka.coordinator.machine import (
    NO_PRODUCER_ID,
    CoordinatorRecord,
    Decision,
    RequestInfo,
    Ticket,
)


class GroupCoordinatorShard:
    """See the module docstring. `new_id` gives the random part of a member id."""

    __slots__ = ("_config", "_is_loaded", "_new_id", "consumer", "groups", "offsets")

    def __init__(
        self,
        config: GroupConfig,
        new_id: Callable[[], str],
        consumer_config: ConsumerGroupConfig | None = None,
        cluster: Cluster | None = None,
        new_consumer_id: Callable[[], str] | None = None,
    ) -> None:
        self._config = config
        self._new_id = new_id
        self._is_loaded = False
        self.groups: Groups = {}
        self.offsets = CommittedOffsets()
        self.consumer = ConsumerGroups(
            self.groups,
            consumer_config or ConsumerGroupConfig(),
            cluster or FixedCluster(),
            new_consumer_id or new_id,
        )

    # -- members -------------------------------------------------------------------------------

    def join_group(
        self, ticket: Ticket, info: RequestInfo, request: JoinGroupRequest, now_ms: int
    ) -> Decision:
        turn = Turn(self._config, now_ms)
        group = self.groups.get(request.group_id)
        if not isinstance(group, ConsumerGroup):
            found = join(group, turn, ticket, info, request, self._new_id)
        elif group.members:
            join_consumer_group(self.consumer, group, turn, ticket, info, request)
            return turn.decision
        else:
            # An empty group is replaced by one of the other kind.
            found = join(None, turn, ticket, info, request, self._new_id)
            if found is not None:
                turn.decision.records[:0] = group_tombstones(group)
        if found is not None:
            self.groups[request.group_id] = found
        return turn.decision

    def sync_group(
        self, ticket: Ticket, info: RequestInfo, request: SyncGroupRequest, now_ms: int
    ) -> Decision:
        turn = Turn(self._config, now_ms)
        group = self.groups.get(request.group_id)
        if isinstance(group, ConsumerGroup):
            sync_consumer_group(self.consumer, group, turn, ticket, info, request)
        else:
            sync(group, turn, ticket, info, request)
        return turn.decision

    def heartbeat(
        self, ticket: Ticket, info: RequestInfo, request: HeartbeatRequest, now_ms: int
    ) -> Decision | HeartbeatResponse:
        group = self.groups.get(request.group_id)
        if group is None:
            empty_id = request.group_id == ""
            error = ErrorCode.INVALID_GROUP_ID if empty_id else ErrorCode.UNKNOWN_MEMBER_ID
            return HeartbeatResponse(error_code=error)
        if isinstance(group, ConsumerGroup):
            turn = Turn(self._config, now_ms)
            beat_consumer_group(group, turn, ticket, request)
            return turn.decision
        error = group.member_error(request.member_id, request.group_instance_id)
        if error is not ErrorCode.NONE:
            return HeartbeatResponse(error_code=error)
        if request.generation_id != group.generation_id:
            return HeartbeatResponse(error_code=ErrorCode.ILLEGAL_GENERATION)
        response = HeartbeatResponse(error_code=HEARTBEAT_ANSWER[group.state])
        member = group.members[request.member_id]
        deadline_ms = now_ms + member.session_timeout_ms
        if member.timer_ms is not None and deadline_ms >= member.timer_ms:
            # Nearly always: the timer that is set will find the new deadline (see sessions.py).
            member.deadline_ms = deadline_ms
            return response
        turn = Turn(self._config, now_ms)
        keep_alive(group, member, turn)
        turn.reply(ticket, response)
        return turn.decision

    def leave_group(
        self, ticket: Ticket, info: RequestInfo, request: LeaveGroupRequest, now_ms: int
    ) -> Decision:
        turn = Turn(self._config, now_ms)
        group = self.groups.get(request.group_id)
        if isinstance(group, ConsumerGroup):
            leave_consumer_group(self.consumer, group, turn, ticket, info, request)
        else:
            leave(group, turn, ticket, info, request)
        return turn.decision

    # -- members of the consumer protocol ------------------------------------------------------

    def consumer_group_heartbeat(
        self, ticket: Ticket, info: RequestInfo, request: ConsumerGroupHeartbeatRequest, now_ms: int
    ) -> Decision | ConsumerGroupHeartbeatResponse:
        """The request is sound in itself (`check_request`)."""
        turn = Turn(self._config, now_ms)
        try:
            response = self.consumer.heartbeat(turn, info, request)
        except ApiError as error:
            return ConsumerGroupHeartbeatResponse(
                error_code=int(error.code), error_message=error.message
            )
        if not turn.decision.records and not turn.decision.timers:
            return response
        turn.reply(ticket, response)
        return turn.decision

    def consumer_group_describe(
        self, ticket: Ticket, info: RequestInfo, group_id: str, now_ms: int
    ) -> ConsumerDescription:
        return self.consumer.describe(group_id)

    def on_cluster(
        self, ticket: Ticket, info: RequestInfo, change: ClusterChange, now_ms: int
    ) -> None:
        """There is another cluster; answered with None."""
        self.consumer.on_cluster(change)

    # -- offsets -------------------------------------------------------------------------------

    def offset_commit(
        self, ticket: Ticket, info: RequestInfo, request: OffsetCommitRequest, now_ms: int
    ) -> Decision | OffsetCommitResponse:
        """Topics have names, and ids if they are known; all of them exist."""
        group = self.groups.get(request.group_id)
        if isinstance(group, ConsumerGroup):
            error = consumer_commit_error(group, self.consumer.cluster, info.api_version, request)
        else:
            error = commit_error(group, info.api_version, request)
        if error is not ErrorCode.NONE:
            return commit_refused(request, error)
        turn = Turn(self._config, now_ms)
        if isinstance(group, ClassicGroup) and request.member_id in group.members:
            keep_alive(group, group.members[request.member_id], turn)
        turn.reply(ticket, commit(turn, request))
        return turn.decision

    def txn_offset_commit(
        self, ticket: Ticket, info: RequestInfo, request: TxnOffsetCommitRequest, now_ms: int
    ) -> Decision | TxnOffsetCommitResponse:
        """The producer may do this; the group id is not empty; all topics exist."""
        group = self.groups.get(request.group_id)
        if isinstance(group, ConsumerGroup):
            error = consumer_txn_commit_error(group, self.consumer.cluster, request)
        else:
            error = txn_commit_error(group, request)
        if error is not ErrorCode.NONE:
            return txn_commit_refused(request, error)
        turn = Turn(self._config, now_ms)
        turn.reply(ticket, txn_commit(turn, request))
        return turn.decision

    def offset_fetch(
        self, ticket: Ticket, info: RequestInfo, request: OffsetFetchRequest, now_ms: int
    ) -> OffsetFetchResponseGroup:
        """`request.groups` has one group, in every version; its topics have names."""
        (asked,) = request.groups
        group = self.groups.get(asked.group_id)
        if isinstance(group, ConsumerGroup):
            error = consumer_fetch_error(group, asked)
            if error is not ErrorCode.NONE:
                return OffsetFetchResponseGroup(asked.group_id, [], int(error))
        return self.offsets.fetch(asked, request.require_stable)

    def offset_delete(
        self, ticket: Ticket, info: RequestInfo, request: OffsetDeleteRequest, now_ms: int
    ) -> Decision | OffsetDeleteResponse:
        if request.group_id == "":
            return OffsetDeleteResponse(error_code=ErrorCode.INVALID_GROUP_ID)
        group = self.groups.get(request.group_id)
        if group is None:
            return OffsetDeleteResponse(error_code=ErrorCode.GROUP_ID_NOT_FOUND)
        turn = Turn(self._config, now_ms)
        turn.reply(ticket, self.offsets.delete(group, turn, request))
        return turn.decision

    def topics_deleted(
        self, ticket: Ticket, info: RequestInfo, topics: set[str], now_ms: int
    ) -> Decision:
        """Drop the offsets of topics that do not exist any more; answered with None."""
        turn = Turn(self._config, now_ms)
        self.offsets.delete_topics(topics, turn)
        turn.reply(ticket, None)
        return turn.decision

    # -- administration ------------------------------------------------------------------------

    def describe_group(
        self, ticket: Ticket, info: RequestInfo, group_id: str, now_ms: int
    ) -> DescribedGroup:
        return describe(group_id, self.groups.get(group_id), info.api_version)

    def list_groups(
        self, ticket: Ticket, info: RequestInfo, request: ListGroupsRequest, now_ms: int
    ) -> list[ListedGroup]:
        return list_matching(self.groups.values(), request)

    def delete_groups(
        self, ticket: Ticket, info: RequestInfo, group_ids: list[str], now_ms: int
    ) -> Decision:
        """Answered with a list of DeletableGroupResult."""
        turn = Turn(self._config, now_ms)
        results = []
        for group_id in dict.fromkeys(group_ids):
            group = self.groups.get(group_id)
            error = delete_error(group)
            if group is not None and error is ErrorCode.NONE:
                self.offsets.delete_all(group_id, turn)
                turn.decision.records += group_tombstones(group)
            results.append(DeletableGroupResult(group_id, error))
        turn.reply(ticket, results)
        return turn.decision

    def force_rebalance(
        self, ticket: Ticket, info: RequestInfo, group_id: str, now_ms: int
    ) -> Decision:
        """Answered with None or an ApiError."""
        turn = Turn(self._config, now_ms)
        force(self.groups.get(group_id), turn, ticket)
        return turn.decision

    # -- log and time --------------------------------------------------------------------------

    def replay(self, record: CoordinatorRecord, producer_id: int = NO_PRODUCER_ID) -> None:
        key, value = record.key, record.value
        if isinstance(key, OffsetCommitKey):
            self._replay_offset(key, value, producer_id)
        elif isinstance(key, GroupMetadataKey):
            self._replay_group(key.group, value)
        elif isinstance(key, CONSUMER_KEYS):
            self.consumer.replay(record)

    def replay_end_transaction(
        self, producer_id: int, producer_epoch: int, committed: bool
    ) -> None:
        """The offsets that the producer's transaction wrote count from now on, or are gone."""
        for place in self.offsets.end_transaction(producer_id, committed=committed):
            self._ensure_group(place.group_id)

    def on_loaded(self, now_ms: int) -> Decision:
        self._is_loaded = True
        turn = Turn(self._config, now_ms)
        self.consumer.on_loaded(turn)
        for group in self.groups.values():
            if isinstance(group, ConsumerGroup):
                continue
            for member in group.members.values():
                keep_alive(group, member, turn)
            if len(group.members) > self._config.max_size:
                prepare(group, turn)
        turn.wake_in(ExpiryKey(), self._config.offsets_retention_check_interval_ms)
        return turn.decision

    def on_timer(self, key: Hashable, now_ms: int) -> Decision:
        turn = Turn(self._config, now_ms)
        match key:
            case SessionKey(group_id, member_id):
                self._session_timer(group_id, member_id, turn)
            case JoinKey(group_id):
                group = self.groups.get(group_id)
                if isinstance(group, ClassicGroup):
                    join_time_is_up(group, turn)
            case SyncKey(group_id):
                group = self.groups.get(group_id)
                if isinstance(group, ClassicGroup):
                    sync_time_is_up(group, turn)
            case ExpiryKey():
                self._expire(turn)
            case _:
                self.consumer.on_timer(key, turn)
        return turn.decision

    # -- internals -----------------------------------------------------------------------------

    def _session_timer(self, group_id: str, member_id: str, turn: Turn) -> None:
        group = self.groups.get(group_id)
        if isinstance(group, ConsumerGroup):
            self.consumer.on_timer(SessionKey(group_id, member_id), turn)
            return
        if group is None:
            return
        if member_id in group.pending_joins:
            remove_pending_member(group, member_id, turn)
            return
        member = group.members.get(member_id)
        if member is None:
            return
        fired_ms, member.timer_ms = member.timer_ms, None
        # Not compared with the time: the clock may have been set back, and timers do not notice.
        if fired_ms is not None and member.deadline_ms > fired_ms:
            prolong(group, member, turn, fired_ms)
        elif not group.has_satisfied_heartbeat(member):
            remove_member(group, member, turn)

    def _expire(self, turn: Turn) -> None:
        """Expired offsets go, and groups that are empty and have none left."""
        for group in self.groups.values():
            if self.offsets.expire(group, turn) and delete_error(group) is ErrorCode.NONE:
                turn.decision.records += group_tombstones(group)
        turn.wake_in(ExpiryKey(), self._config.offsets_retention_check_interval_ms)

    def _replay_offset(
        self, key: OffsetCommitKey, value: OffsetCommitValue | None, producer_id: int
    ) -> None:
        if value is None:
            self.offsets.drop(key.group, key.topic, key.partition)
            return
        if producer_id == NO_PRODUCER_ID:
            self.offsets.put(key.group, key.topic, key.partition, value)
        else:
            place = Place(key.group, key.topic, key.partition)
            self.offsets.put_pending(producer_id, place, value)
        self._ensure_group(key.group)

    def _ensure_group(self, group_id: str) -> None:
        """A simple group exists because it has offsets, pending ones too."""
        if group_id not in self.groups:
            self.groups[group_id] = ClassicGroup(group_id)

    def _replay_group(self, group_id: str, value: GroupMetadataValue | None) -> None:
        if value is None:
            group = self.groups.get(group_id)
            if isinstance(group, ClassicGroup):
                del self.groups[group_id]
                group.state = GroupState.DEAD
            return
        group = self.groups.get(group_id) if self._is_loaded else None
        successor = self.consumer.take_successor(group_id)
        if successor is not None:
            self.groups[group_id] = successor
        elif not isinstance(group, ClassicGroup):
            self.groups[group_id] = group_from_record(group_id, value)
        elif group.generation_id == value.generation:
            group.settle(value)
        # Otherwise it is the first record of a group whose first generation was formed in the
        # same decision (no initial delay): there is nothing in it yet.
