"""ConsumerGroupDescribe: key 69, versions 0-1.

State, epochs and members of groups of the consumer protocol (KIP-848), with what each member has
and what it shall have. Any other group, and none at all, is GROUP_ID_NOT_FOUND; each group is
UNSUPPORTED_VERSION where the cluster or the broker does not have the protocol.

1 tells which protocol a member speaks (KIP-1099).

Differs from Kafka: there are no ACLs yet, so whoever asks may do everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.consumer_group_describe import (
    ConsumerGroupDescribeRequest,
    ConsumerGroupDescribeResponse,
    DescribedGroup,
)

from wirekafka.apis.authorized_operations import GROUP_OPERATIONS
from wirekafka.apis.consumer_group_protocol import require_consumer_protocol
from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask_each, coordinator_partition
from wirekafka.coordinator.group.shard import GroupCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = ConsumerGroupDescribeRequest


def handle(
    broker: Broker, context: RequestContext, request: ConsumerGroupDescribeRequest
) -> Deferred:
    require_consumer_protocol(broker)
    method = GroupCoordinatorShard.consumer_group_describe
    questions = [
        (coordinator_partition(broker, group_id), method, group_id)
        for group_id in request.group_ids
    ]

    def finish(answers: list[Any]) -> ConsumerGroupDescribeResponse:
        rows = []
        for group_id, answer in zip(request.group_ids, answers, strict=True):
            if isinstance(answer, ApiError):
                answer = _failed(group_id, answer)
            elif request.include_authorized_operations and not answer.error_code:
                answer.authorized_operations = GROUP_OPERATIONS
            rows.append(answer)
        return ConsumerGroupDescribeResponse(groups=rows)

    return ask_each(broker, context, questions, finish)


def error_response(
    request: ConsumerGroupDescribeRequest, context: RequestContext, error: ApiError
) -> ConsumerGroupDescribeResponse:
    """The error for each group."""
    rows = [_failed(group_id, error) for group_id in request.group_ids]
    return ConsumerGroupDescribeResponse(groups=rows)


def _failed(group_id: str, error: ApiError) -> DescribedGroup:
    return DescribedGroup(group_id=group_id, error_code=int(error.code))
