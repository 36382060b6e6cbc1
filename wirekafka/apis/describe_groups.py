"""DescribeGroups: key 15, versions 0-6.

State, protocol and members of classic groups. The protocol and the members' metadata for it are
shown of a stable group only.

1 throttle time; 3 authorized operations (KIP-430); 4 static members (KIP-345); 5 flexible; 6 an
unknown group is GROUP_ID_NOT_FOUND with a message; before, it is in state Dead without an error
(KIP-1043).

Differs from Kafka: there are no ACLs yet, so whoever asks may do everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.describe_groups import (
    DescribedGroup,
    DescribeGroupsRequest,
    DescribeGroupsResponse,
)

from wirekafka.apis.authorized_operations import GROUP_OPERATIONS
from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask_each, coordinator_partition
from wirekafka.coordinator.group.shard import GroupCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DescribeGroupsRequest


def handle(broker: Broker, context: RequestContext, request: DescribeGroupsRequest) -> Deferred:
    method = GroupCoordinatorShard.describe_group
    questions = [
        (coordinator_partition(broker, group_id), method, group_id) for group_id in request.groups
    ]

    def finish(answers: list[Any]) -> DescribeGroupsResponse:
        rows = []
        for group_id, answer in zip(request.groups, answers, strict=True):
            if isinstance(answer, ApiError):
                answer = _failed(group_id, answer)
            elif request.include_authorized_operations and not answer.error_code:
                answer.authorized_operations = GROUP_OPERATIONS
            rows.append(answer)
        return DescribeGroupsResponse(groups=rows)

    return ask_each(broker, context, questions, finish)


def error_response(
    request: DescribeGroupsRequest, context: RequestContext, error: ApiError
) -> DescribeGroupsResponse:
    """The error for each group."""
    rows = [_failed(group_id, error) for group_id in request.groups]
    return DescribeGroupsResponse(groups=rows)


def _failed(group_id: str, error: ApiError) -> DescribedGroup:
    return DescribedGroup(group_id=group_id, error_code=int(error.code))
