"""DeleteRecords: key 21, versions 0-2.

Moves the log start offset of partitions up; -1 means up to the high watermark. Answers the new
log start ("low watermark"). Records below are not read any more; whole segments go with the next
retention run.

2 flexible.

As in Kafka the new start is durable with the next checkpoint or clean stop. Topics with
cleanup.policy=compact alone are refused with POLICY_VIOLATION, internal ones with
INVALID_TOPIC_EXCEPTION.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.delete_records import (
    DeleteRecordsPartitionResult,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopicResult,
)

from wirekafka.apis.context import RequestContext

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DeleteRecordsRequest

HIGH_WATERMARK = -1
_FAILED = -1


def handle(
    broker: Broker, context: RequestContext, request: DeleteRecordsRequest
) -> DeleteRecordsResponse:
    """Each partition by itself; a partition that is listed twice has one row."""
    rows: dict[str, list[DeleteRecordsPartitionResult]] = {}
    for (topic, index), offset in _wanted(request).items():
        row = DeleteRecordsPartitionResult(index, _FAILED)
        rows.setdefault(topic, []).append(row)
        try:
            row.low_watermark = _delete(broker, topic, index, offset)
        except ApiError as error:
            row.error_code = int(error.code)
    return _response(rows)


def error_response(
    request: DeleteRecordsRequest, context: RequestContext, error: ApiError
) -> DeleteRecordsResponse:
    """The error for every partition."""
    rows: dict[str, list[DeleteRecordsPartitionResult]] = {}
    for topic, index in _wanted(request):
        row = DeleteRecordsPartitionResult(index, _FAILED, int(error.code))
        rows.setdefault(topic, []).append(row)
    return _response(rows)


def _wanted(request: DeleteRecordsRequest) -> dict[tuple[str, int], int]:
    """Offsets by partition; of several for one partition the last counts."""
    return {
        (topic.name, asked.partition_index): asked.offset
        for topic in request.topics
        for asked in topic.partitions
    }


def _response(rows: dict[str, list[DeleteRecordsPartitionResult]]) -> DeleteRecordsResponse:
    return DeleteRecordsResponse(
        topics=[DeleteRecordsTopicResult(topic, found) for topic, found in rows.items()]
    )


def _delete(broker: Broker, name: str, index: int, offset: int) -> int:
    topic = broker.partitions.by_name.get(name)
    partition = topic.get(index) if topic is not None else None
    if topic is None or partition is None:
        raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    if topic.internal:
        raise ApiError(ErrorCode.INVALID_TOPIC_EXCEPTION)
    if partition.offline:
        raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
    if topic.configs.topic.cleanup_policy == {"compact"}:
        raise ApiError(ErrorCode.POLICY_VIOLATION)
    if offset == HIGH_WATERMARK:
        offset = partition.high_watermark
    if not 0 <= offset <= partition.high_watermark:
        raise ApiError(ErrorCode.OFFSET_OUT_OF_RANGE)
    with broker.partitions.disk_errors(partition):
        return partition.log.delete_records_before(offset)
