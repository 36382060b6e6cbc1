"""CreatePartitions: key 37, versions 0-3.

Raises the number of partitions of topics; count is the new total. Null assignments let the
controller choose; an empty list is an assignment of nothing and refused. Answered when the new
partitions serve. A timeout of 0 or less is REQUEST_TIMED_OUT, of more it does not matter.

2 flexible; 3 may be answered THROTTLING_QUOTA_EXCEEDED (KIP-599).

Differs from Kafka: a request for more than 10,000 new partitions is POLICY_VIOLATION with a text,
where Kafka says UNKNOWN_SERVER_ERROR.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsResponse,
    CreatePartitionsTopic,
    CreatePartitionsTopicResult,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.throttle import charge_for
from wirekafka.apis.time_left import check_time_left
from wirekafka.metadata.topics import NewPartitions

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = CreatePartitionsRequest

_STRICT = 3


async def handle(
    broker: Broker, context: RequestContext, request: CreatePartitionsRequest
) -> CreatePartitionsResponse:
    """Each topic by itself; a topic listed twice is INVALID_REQUEST, once."""
    check_time_left(request.timeout_ms)
    times_listed = Counter(topic.name for topic in request.topics)
    twice = ApiError(ErrorCode.INVALID_REQUEST, "Duplicate topic name.")
    rows = [_row(name, twice) for name, times in times_listed.items() if times > 1]
    wanted = [_new_partitions(t) for t in request.topics if times_listed[t.name] == 1]
    outcomes = await broker.metadata.create_partitions(
        wanted,
        validate_only=request.validate_only,
        charge=charge_for(context, strict_since=_STRICT),
    )
    rows.extend(_row(new.name, error) for new, error in zip(wanted, outcomes, strict=True))
    return CreatePartitionsResponse(results=rows)


def error_response(
    request: CreatePartitionsRequest, context: RequestContext, error: ApiError
) -> CreatePartitionsResponse:
    """The error for every topic."""
    return CreatePartitionsResponse(results=[_row(topic.name, error) for topic in request.topics])


def _new_partitions(topic: CreatePartitionsTopic) -> NewPartitions:
    if topic.assignments is None:
        return NewPartitions(topic.name, topic.count)
    assignments = tuple(tuple(row.broker_ids) for row in topic.assignments)
    return NewPartitions(topic.name, topic.count, assignments)


def _row(name: str, error: ApiError | None) -> CreatePartitionsTopicResult:
    if error is None:
        return CreatePartitionsTopicResult(name)
    return CreatePartitionsTopicResult(name, int(error.code), error.message)
