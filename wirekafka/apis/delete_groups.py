"""DeleteGroups: key 42, versions 0-2.

Removes groups that have no members, with their offsets (KIP-229). A group with members is
NON_EMPTY_GROUP, an unknown one GROUP_ID_NOT_FOUND. A name that is listed twice is answered once.

1 throttle time is told after the answer; 2 flexible.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.delete_groups import (
    DeletableGroupResult,
    DeleteGroupsRequest,
    DeleteGroupsResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask_each, coordinator_partition
from wirekafka.coordinator.group.shard import GroupCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DeleteGroupsRequest


def handle(broker: Broker, context: RequestContext, request: DeleteGroupsRequest) -> Deferred:
    by_partition: dict[int, list[str]] = {}
    for group_id in dict.fromkeys(request.groups_names):
        by_partition.setdefault(coordinator_partition(broker, group_id), []).append(group_id)
    method = GroupCoordinatorShard.delete_groups
    questions = [(number, method, group_ids) for number, group_ids in by_partition.items()]

    def finish(answers: list[Any]) -> DeleteGroupsResponse:
        results = [
            _failed(group_ids, answer) if isinstance(answer, ApiError) else answer
            for group_ids, answer in zip(by_partition.values(), answers, strict=True)
        ]
        return DeleteGroupsResponse(results=list(chain.from_iterable(results)))

    return ask_each(broker, context, questions, finish)


def error_response(
    request: DeleteGroupsRequest, context: RequestContext, error: ApiError
) -> DeleteGroupsResponse:
    """The error for each group."""
    return DeleteGroupsResponse(results=_failed(request.groups_names, error))


def _failed(group_ids: list[str], error: ApiError) -> list[DeletableGroupResult]:
    return [DeletableGroupResult(group_id, int(error.code)) for group_id in group_ids]
