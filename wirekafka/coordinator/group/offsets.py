"""The offsets that the groups of one `__consumer_offsets` partition have committed.

Data: group id -> topic -> partition -> OffsetCommitValue, exactly as in the log. The answers to
OffsetCommit, OffsetFetch and OffsetDelete are computed here; `put`, `drop`, `put_pending` and
`end_transaction` are called by replay alone.

`pending` has the offsets of open transactions. A partition with one is unstable, and what was
committed for it before does not expire; a group with one is not empty of offsets. Whoever deletes
offsets deletes the pending ones as well.

Invariant: no empty inner mapping is kept.

Source: `OffsetMetadataManager`, `OffsetExpirationConditionImpl`; KIP-98, KIP-211, KIP-447,
KIP-496.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitResponse,
    OffsetCommitResponsePartition,
    OffsetCommitResponseTopic,
)
from wirekafka_protocol.messages.offset_commit_record import OffsetCommitValue
from wirekafka_protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteResponse,
    OffsetDeleteResponsePartition,
    OffsetDeleteResponseTopic,
)
from wirekafka_protocol.messages.offset_fetch import (
    OffsetFetchRequestGroup,
    OffsetFetchResponseGroup,
    OffsetFetchResponsePartitions,
    OffsetFetchResponseTopics,
)
from wirekafka_protocol.uuids import ZERO_UUID

from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.pending_offsets import PendingOffsets, Place
from wirekafka.coordinator.group.records import offset_record, offset_tombstone
from wirekafka.coordinator.group.states import GroupState
from wirekafka.coordinator.group.turn import Turn

NO_OFFSET = -1
NO_EXPIRY = -1
NO_RETENTION = -1

_TopicOffsets = dict[str, dict[int, OffsetCommitValue]]
_NO_TOPICS: _TopicOffsets = {}
_NO_PARTITIONS: dict[int, OffsetCommitValue] = {}


class CommittedOffsets:
    """See the module docstring."""

    __slots__ = ("_by_group", "pending")

    def __init__(self) -> None:
        self._by_group: dict[str, _TopicOffsets] = {}
        self.pending = PendingOffsets()

    # -- state, changed by replay only ---------------------------------------------------------

    def put(self, group_id: str, topic: str, partition: int, value: OffsetCommitValue) -> None:
        topics = self._by_group.get(group_id)
        if topics is None:
            topics = self._by_group[group_id] = {}
        partitions = topics.get(topic)
        if partitions is None:
            partitions = topics[topic] = {}
        partitions[partition] = value
        if self.pending:
            self.pending.overtake(Place(group_id, topic, partition))

    def put_pending(self, producer_id: int, place: Place, value: OffsetCommitValue) -> None:
        self.pending.put(producer_id, place, value)

    def end_transaction(self, producer_id: int, *, committed: bool) -> Collection[Place]:
        """The places whose offset is now the transaction's."""
        counting = self.pending.end(producer_id, committed=committed)
        for (group_id, topic, partition), value in counting.items():
            self._by_group.setdefault(group_id, {}).setdefault(topic, {})[partition] = value
        return counting.keys()

    def drop(self, group_id: str, topic: str, partition: int) -> None:
        self.pending.drop(Place(group_id, topic, partition))
        topics = self._by_group.get(group_id, _NO_TOPICS)
        partitions = topics.get(topic, _NO_PARTITIONS)
        if partitions.pop(partition, None) is None:
            return
        if not partitions:
            del topics[topic]
        if not topics:
            del self._by_group[group_id]

    def of_group(self, group_id: str) -> _TopicOffsets:
        """Topic -> partition -> value; not to be changed by the caller."""
        return self._by_group.get(group_id, _NO_TOPICS)

    # -- requests ------------------------------------------------------------------------------

    def fetch(
        self, request: OffsetFetchRequestGroup, require_stable: bool
    ) -> OffsetFetchResponseGroup:
        """Topics are looked up by name; ids, if given, are repeated in the answer."""
        group_id = request.group_id
        committed = self.of_group(group_id)
        answer = OffsetFetchResponseGroup(group_id)
        if request.topics is None:
            asked = [(name, ZERO_UUID, list(rows)) for name, rows in committed.items()]
        else:
            asked = [(t.name, t.topic_id, t.partition_indexes) for t in request.topics]
        for name, topic_id, indexes in asked:
            rows = committed.get(name, _NO_PARTITIONS)
            partitions = [
                self._fetched(group_id, name, index, topic_id, rows.get(index), require_stable)
                for index in indexes
            ]
            answer.topics.append(OffsetFetchResponseTopics(name, topic_id, partitions))
        return answer

    def delete(
        self, group: ClassicGroup | ConsumerGroup, turn: Turn, request: OffsetDeleteRequest
    ) -> OffsetDeleteResponse:
        group_id = request.group_id
        if group.members and not group.uses_consumer_protocol:
            return OffsetDeleteResponse(error_code=ErrorCode.NON_EMPTY_GROUP)
        committed = self.of_group(group_id)
        response = OffsetDeleteResponse()
        for topic in request.topics:
            subscribed = group.is_subscribed_to(topic.name)
            error = ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC if subscribed else ErrorCode.NONE
            rows = []
            for partition in topic.partitions:
                index = partition.partition_index
                rows.append(OffsetDeleteResponsePartition(index, error))
                if subscribed:
                    continue
                is_committed = index in committed.get(topic.name, _NO_PARTITIONS)
                if is_committed or Place(group_id, topic.name, index) in self.pending:
                    turn.write(offset_tombstone(group_id, topic.name, index))
            response.topics.append(OffsetDeleteResponseTopic(topic.name, rows))
        return response

    # -- what time and administrators remove -----------------------------------------------------

    def delete_all(self, group_id: str, turn: Turn) -> None:
        for topic, partitions in self.of_group(group_id).items():
            for partition in partitions:
                turn.write(offset_tombstone(group_id, topic, partition))
        self._delete_pending(self.pending.of_group(group_id), turn)

    def delete_topics(self, topics: set[str], turn: Turn) -> None:
        """The topics were deleted: nobody shall find their offsets when one is created again."""
        for group_id, committed in self._by_group.items():
            for topic in topics & committed.keys():
                for partition in committed[topic]:
                    turn.write(offset_tombstone(group_id, topic, partition))
        self._delete_pending(self.pending.of_topics(topics), turn)

    def expire(self, group: ClassicGroup | ConsumerGroup, turn: Turn) -> bool:
        """Write tombstones for offsets past their retention; True if none would be left, not even
        a pending one.
        """
        has_pending = self.pending.has_group(group.group_id)
        committed = self.of_group(group.group_id)
        if not committed:
            return not has_pending
        if not _may_expire(group):
            return False
        kept = 0
        for topic, partitions in committed.items():
            subscribed = group.is_subscribed_to(topic)
            for partition, value in partitions.items():
                unstable = has_pending and Place(group.group_id, topic, partition) in self.pending
                if subscribed or unstable or not _is_expired(group, value, turn):
                    kept += 1
                else:
                    turn.write(offset_tombstone(group.group_id, topic, partition))
        return kept == 0 and not has_pending

    # -- internals -----------------------------------------------------------------------------

    def _delete_pending(self, places: Iterable[Place], turn: Turn) -> None:
        """One tombstone is enough where something is committed as well."""
        for group_id, topic, partition in places:
            if partition not in self.of_group(group_id).get(topic, _NO_PARTITIONS):
                turn.write(offset_tombstone(group_id, topic, partition))

    def _fetched(
        self,
        group_id: str,
        topic: str,
        index: int,
        topic_id: bytes,
        value: OffsetCommitValue | None,
        require_stable: bool,
    ) -> OffsetFetchResponsePartitions:
        if require_stable and Place(group_id, topic, index) in self.pending:
            return OffsetFetchResponsePartitions(
                index, NO_OFFSET, -1, "", ErrorCode.UNSTABLE_OFFSET_COMMIT
            )
        if value is None or _is_of_another_topic(value, topic_id):
            return OffsetFetchResponsePartitions(index, NO_OFFSET, -1, "", ErrorCode.NONE)
        return OffsetFetchResponsePartitions(
            index, value.offset, value.leader_epoch, value.metadata, ErrorCode.NONE
        )


def commit_error(
    group: ClassicGroup | None, api_version: int, request: OffsetCommitRequest
) -> ErrorCode:
    """May this client commit? A simple consumer (generation -1, no member) while nobody is in the
    group; a member in its generation, except between JoinGroup and the leader's SyncGroup.
    """
    generation_id = request.generation_id_or_member_epoch
    if group is None:
        if generation_id < 0:
            return ErrorCode.NONE
        return _unknown_group_error(api_version)
    if generation_id < 0 and group.state is GroupState.EMPTY:
        return ErrorCode.NONE
    if generation_id < 0 and request.member_id == "" and request.group_instance_id is None:
        return ErrorCode.UNKNOWN_MEMBER_ID
    error = group.member_error(request.member_id, request.group_instance_id)
    if error is not ErrorCode.NONE:
        return error
    if generation_id != group.generation_id:
        return ErrorCode.ILLEGAL_GENERATION
    if group.state is GroupState.COMPLETING_REBALANCE:
        return ErrorCode.REBALANCE_IN_PROGRESS
    return ErrorCode.NONE


def commit_refused(request: OffsetCommitRequest, error: ErrorCode) -> OffsetCommitResponse:
    """The same error for every partition of the request."""
    return OffsetCommitResponse(
        topics=[
            OffsetCommitResponseTopic(
                topic.name,
                topic.topic_id,
                [OffsetCommitResponsePartition(p.partition_index, error) for p in topic.partitions],
            )
            for topic in request.topics
        ]
    )


def commit(turn: Turn, request: OffsetCommitRequest) -> OffsetCommitResponse:
    """Write a record per partition; only metadata that is too long is refused."""
    now_ms = turn.now_ms
    group_id = request.group_id
    expire_ms = _expire_ms(request.retention_time_ms, now_ms)
    records = turn.decision.records
    response = OffsetCommitResponse()
    for topic in request.topics:
        name, topic_id = topic.name, topic.topic_id
        rows = []
        for row in topic.partitions:
            index = row.partition_index
            metadata = row.committed_metadata or ""
            if metadata and is_metadata_too_large(turn, metadata):
                error = ErrorCode.OFFSET_METADATA_TOO_LARGE
                rows.append(OffsetCommitResponsePartition(index, error))
                continue
            value = OffsetCommitValue(
                row.committed_offset,
                row.committed_leader_epoch,
                metadata,
                now_ms,
                expire_ms,
                topic_id,
            )
            records.append(offset_record(group_id, name, index, value))
            rows.append(OffsetCommitResponsePartition(index))
        response.topics.append(OffsetCommitResponseTopic(name, topic_id, rows))
    return response


def _expire_ms(retention_ms: int, now_ms: int) -> int:
    """The sum wraps as Java's does: an offset of endless retention has expired long ago."""
    if retention_ms == NO_RETENTION:
        return NO_EXPIRY
    return (now_ms + retention_ms + (1 << 63)) % (1 << 64) - (1 << 63)


def _unknown_group_error(api_version: int) -> ErrorCode:
    knows_group_id_not_found = 9
    if api_version >= knows_group_id_not_found:
        return ErrorCode.GROUP_ID_NOT_FOUND
    return ErrorCode.ILLEGAL_GENERATION


def is_metadata_too_large(turn: Turn, metadata: str) -> bool:
    """Java counts a string's length in UTF-16 units."""
    limit = turn.config.offset_metadata_max_bytes
    if metadata.isascii():
        return len(metadata) > limit
    return len(metadata.encode("utf-16-le", "surrogatepass")) // 2 > limit


def _is_of_another_topic(value: OffsetCommitValue, topic_id: bytes) -> bool:
    """Was it committed for an earlier topic of the same name?"""
    return ZERO_UUID not in (topic_id, value.topic_id) and topic_id != value.topic_id


def _may_expire(group: ClassicGroup | ConsumerGroup) -> bool:
    """Never while the group rebalances, nor while we cannot tell what it is subscribed to."""
    if isinstance(group, ConsumerGroup):
        return True
    if group.protocol_type is None or group.state is GroupState.EMPTY:
        return True
    return group.state is GroupState.STABLE and group.subscribed_topics is not None


def _is_expired(group: ClassicGroup | ConsumerGroup, value: OffsetCommitValue, turn: Turn) -> bool:
    """The retention runs from the commit; for a classic group that had members, from its being
    empty."""
    if value.expire_timestamp != NO_EXPIRY:
        return turn.now_ms >= value.expire_timestamp
    since_ms = value.commit_timestamp
    if isinstance(group, ClassicGroup):
        was_joined = group.protocol_type is not None and group.state is GroupState.EMPTY
        if was_joined and group.state_timestamp_ms != -1:
            since_ms = group.state_timestamp_ms
    return turn.now_ms - since_ms >= turn.config.offsets_retention_ms
