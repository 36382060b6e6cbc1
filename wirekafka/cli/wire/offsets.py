"""Offsets of partitions by time, and offsets that groups committed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopic,
)
from wirekafka_protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
    OffsetCommitResponse,
)
from wirekafka_protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
    OffsetFetchResponse,
)

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.cluster import GROUP, Cluster, TopicPartition
from wirekafka.cli.wire.connection import Connection
from wirekafka.cli.wire.fault_texts import fault

EARLIEST = -2
LATEST = -1

_NO_REPLICA = -1
_TIMEOUT_MS = 30_000
_NEWEST_BY_NAME = 9  # version 10 of OffsetFetch and OffsetCommit names topics by their ids


class Committed(NamedTuple):
    """A committed offset; an epoch below zero is none."""

    offset: int
    leader_epoch: int
    metadata: str


def list_offsets(
    cluster: Cluster, partitions: Iterable[TopicPartition], time_ms: int
) -> dict[TopicPartition, int]:
    """The offset of each partition at a time, -1 where there is none; missing ones are left out."""
    found, codes = offsets_or_codes(cluster, partitions, time_ms)
    for one, code in codes.items():
        if code != ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
            raise CommandError(f"partition {one}: {fault(code)}")
    return found


def offsets_or_codes(
    cluster: Cluster,
    partitions: Iterable[TopicPartition],
    time_ms: int,
    *,
    isolation_level: int = 0,
) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
    """The same, and the error codes of those whose leader gave none. The latest offset of
    `isolation_level` 1 is the last stable one."""
    led, _ = cluster.by_leader(partitions)
    found: dict[TopicPartition, int] = {}
    codes: dict[TopicPartition, int] = {}
    for node_id, ones in led.items():
        topics: dict[str, list[ListOffsetsPartition]] = {}
        for one in ones:
            wanted = ListOffsetsPartition(one.partition, timestamp=time_ms)
            topics.setdefault(one.topic, []).append(wanted)
        request = ListOffsetsRequest(
            _NO_REPLICA,
            isolation_level,
            [ListOffsetsTopic(name, rows) for name, rows in topics.items()],
            _TIMEOUT_MS,
        )
        answer = cluster.node(node_id).ask(request, ListOffsetsResponse)
        for topic in answer.topics:
            for row in topic.partitions:
                one = TopicPartition(topic.name, row.partition_index)
                if row.error_code:
                    codes[one] = row.error_code
                else:
                    found[one] = row.offset
    return found, codes


def committed_offsets(cluster: Cluster, group: str) -> dict[TopicPartition, Committed]:
    """What a group has committed; nothing for one that is not known."""
    node = cluster.node(cluster.coordinator(GROUP, group))
    version = _by_name_version(node)
    request = OffsetFetchRequest(groups=[OffsetFetchRequestGroup(group, topics=None)])

    def ask() -> OffsetFetchResponse:
        node.send(request, version)
        return node.receive(OffsetFetchResponse)

    answer = cluster.until_settled(ask, lambda found: found.groups[0].error_code)
    (row,) = answer.groups
    if row.error_code == ErrorCode.GROUP_ID_NOT_FOUND:
        return {}
    if row.error_code:
        raise CommandError(fault(row.error_code))
    return {
        TopicPartition(topic.name, one.partition_index): Committed(
            one.committed_offset, one.committed_leader_epoch, one.metadata or ""
        )
        for topic in row.topics
        for one in topic.partitions
        if not one.error_code and one.committed_offset >= 0
    }


def stable_offsets(
    cluster: Cluster, group: str, partitions: Iterable[TopicPartition]
) -> dict[TopicPartition, int]:
    """What a group has committed of these partitions; waits for open transactions that are about
    to commit something (KIP-447). A partition of which nothing is committed is left out."""
    topics: dict[str, list[int]] = {}
    for one in sorted(partitions):
        topics.setdefault(one.topic, []).append(one.partition)
    rows = [OffsetFetchRequestTopics(name, partition_indexes=ones) for name, ones in topics.items()]
    request = OffsetFetchRequest(
        groups=[OffsetFetchRequestGroup(group, topics=rows)], require_stable=True
    )

    def ask() -> OffsetFetchResponse:
        node = cluster.node(cluster.coordinator(GROUP, group))
        version = _by_name_version(node)
        node.send(request, version)
        answer = node.receive(OffsetFetchResponse)
        if answer.groups[0].error_code:
            cluster.forget_coordinator(GROUP, group)
        return answer

    def code_of(answer: OffsetFetchResponse) -> int:
        (row,) = answer.groups
        codes = [row.error_code, *(one.error_code for t in row.topics for one in t.partitions)]
        found = next((code for code in codes if code), 0)
        # An open transaction passes as well.
        unstable = ErrorCode.UNSTABLE_OFFSET_COMMIT
        return ErrorCode.CONCURRENT_TRANSACTIONS if found == unstable else found

    answer = cluster.until_settled(ask, code_of)
    if code_of(answer):
        raise CommandError(f"committed offsets of {group}: {fault(code_of(answer))}")
    return {
        TopicPartition(topic.name, one.partition_index): one.committed_offset
        for topic in answer.groups[0].topics
        for one in topic.partitions
        if one.committed_offset >= 0
    }


def commit_offsets(
    cluster: Cluster,
    group: str,
    offsets: Mapping[TopicPartition, int],
    *,
    member_id: str = "",
    generation_id: int = -1,
    instance_id: str | None = None,
) -> dict[TopicPartition, int]:
    """Commit, as a member (`generation_id` is a generation or a member epoch) or as nobody's;
    returns the error codes of what was refused."""
    topics: dict[str, list[OffsetCommitRequestPartition]] = {}
    for one, offset in offsets.items():
        row = OffsetCommitRequestPartition(one.partition, offset, committed_metadata="")
        topics.setdefault(one.topic, []).append(row)
    request = OffsetCommitRequest(
        group, generation_id, member_id, instance_id,
        topics=[OffsetCommitRequestTopic(name, partitions=rows) for name, rows in topics.items()],
    )  # fmt: skip

    def ask() -> OffsetCommitResponse:
        node = cluster.node(cluster.coordinator(GROUP, group))
        node.send(request, min(_NEWEST_BY_NAME, node.version_of(ApiKey.OFFSET_COMMIT)))
        answer = node.receive(OffsetCommitResponse)
        if first_code(answer):
            cluster.forget_coordinator(GROUP, group)
        return answer

    def first_code(answer: OffsetCommitResponse) -> int:
        return next((row.error_code for topic in answer.topics for row in topic.partitions), 0)

    answer = cluster.until_settled(ask, first_code)
    return {
        TopicPartition(topic.name, row.partition_index): row.error_code
        for topic in answer.topics
        for row in topic.partitions
        if row.error_code
    }


def _by_name_version(node: Connection) -> int:
    """The newest OffsetFetch that names topics and knows several groups."""
    version = min(_NEWEST_BY_NAME, node.version_of(ApiKey.OFFSET_FETCH))
    if version < 8:
        raise CommandError("the broker is too old: OffsetFetch 8 or newer is needed (Kafka 3.0)")
    return version
