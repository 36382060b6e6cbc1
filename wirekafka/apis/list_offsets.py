"""ListOffsets: key 2, versions 1-11.

The offset that belongs to a timestamp, or to one of the special negative timestamps.

2 isolation level (latest becomes the last stable offset); 4 leader epochs; 6 flexible; 7 -3, the
offset of the largest timestamp (KIP-734); 8 -4, the earliest local offset (KIP-405); 9 -5, the
latest tiered offset (KIP-1005); 10 a timeout for tiered storage; 11 -6, the earliest offset that
is not yet tiered (KIP-1023).

A special timestamp that the version does not know is UNSUPPORTED_VERSION for that partition; a
partition that is listed twice is INVALID_REQUEST; an isolation level that does not exist is
UNKNOWN_SERVER_ERROR for all.

As in Kafka a timestamp is looked for in the first segment whose largest timestamp is not below it,
and in no other: below the log start nothing is found then.

Differs from Kafka: there is no tiered storage, so -4 is the log start and -5 and -6 find nothing,
as in a Kafka without it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsPartitionResponse,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopicResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.partition.partition import Partition

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = ListOffsetsRequest

LATEST = -1
EARLIEST = -2
MAX_TIMESTAMP = -3
EARLIEST_LOCAL = -4
LATEST_TIERED = -5
EARLIEST_PENDING_UPLOAD = -6

_KNOWN_FROM_VERSION = {
    LATEST: 0,
    EARLIEST: 0,
    MAX_TIMESTAMP: 7,
    EARLIEST_LOCAL: 8,
    LATEST_TIERED: 9,
    EARLIEST_PENDING_UPLOAD: 11,
}
_READ_COMMITTED = 1
_ISOLATION_LEVELS = (0, _READ_COMMITTED)

Found = tuple[int, int, int]
"""Offset, timestamp and leader epoch; -1 for what there is not."""

_NOTHING: Found = (-1, -1, -1)


def handle(
    broker: Broker, context: RequestContext, request: ListOffsetsRequest
) -> ListOffsetsResponse:
    """Each partition by itself; entries of one topic become one."""
    if request.isolation_level not in _ISOLATION_LEVELS:
        raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR)  # Kafka fails inside
    topics: dict[str, ListOffsetsTopicResponse] = {}
    asked = [(topic.name, partition) for topic in request.topics for partition in topic.partitions]
    times_listed = Counter((name, partition.partition_index) for name, partition in asked)
    for name, partition in asked:
        index = partition.partition_index
        times = times_listed.pop((name, index), 0)
        if not times:
            continue  # its row is there already
        row = ListOffsetsPartitionResponse(index)
        topics.setdefault(name, ListOffsetsTopicResponse(name)).partitions.append(row)
        try:
            if times > 1:
                raise ApiError(ErrorCode.INVALID_REQUEST)
            found = _find(broker, name, partition, context.api_version, request.isolation_level)
        except ApiError as error:
            row.error_code = int(error.code)
        else:
            row.offset, row.timestamp, row.leader_epoch = found
    return ListOffsetsResponse(topics=list(topics.values()))


def error_response(
    request: ListOffsetsRequest, context: RequestContext, error: ApiError
) -> ListOffsetsResponse:
    """The error for every partition."""
    return ListOffsetsResponse(
        topics=[
            ListOffsetsTopicResponse(
                topic.name,
                [
                    ListOffsetsPartitionResponse(asked.partition_index, int(error.code))
                    for asked in topic.partitions
                ],
            )
            for topic in request.topics
        ]
    )


def _find(
    broker: Broker, topic: str, asked: ListOffsetsPartition, version: int, isolation_level: int
) -> Found:
    timestamp = asked.timestamp
    if timestamp < 0 and _KNOWN_FROM_VERSION.get(timestamp, version + 1) > version:
        raise ApiError(ErrorCode.UNSUPPORTED_VERSION)
    partition = broker.partitions.get(topic, asked.partition_index)
    if partition is None:
        raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    if partition.offline:
        raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
    partition.check_leader_epoch(asked.current_leader_epoch)
    log = partition.log
    if timestamp == LATEST:
        committed = isolation_level == _READ_COMMITTED
        end = partition.last_stable_offset if committed else partition.high_watermark
        return end, -1, partition.leader_epoch
    if timestamp in (EARLIEST, EARLIEST_LOCAL):
        return log.log_start_offset, -1, _epoch_at(partition, log.log_start_offset)
    if timestamp in (LATEST_TIERED, EARLIEST_PENDING_UPLOAD):
        return _NOTHING
    with broker.partitions.disk_errors(partition):
        if timestamp == MAX_TIMESTAMP:
            found = log.max_timestamp_offset()
        else:
            found = log.fetch_offset_by_timestamp(timestamp)
    if found is None or found[0] >= _end(partition, isolation_level):
        return _NOTHING
    return found


def _epoch_at(partition: Partition, offset: int) -> int:
    """The leader epoch of an offset; of an empty log the current one."""
    epochs = partition.log.epochs
    if epochs is None or offset >= partition.log.log_end_offset:
        return partition.leader_epoch
    return epochs.epoch_at(offset)


def _end(partition: Partition, isolation_level: int) -> int:
    if isolation_level == _READ_COMMITTED:
        return partition.last_stable_offset
    return partition.high_watermark
