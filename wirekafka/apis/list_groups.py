"""ListGroups: key 16, versions 0-5.

The groups that this broker coordinates.

1 throttle time; 3 flexible; 4 states, and a filter by them (KIP-518); 5 types, and a filter by them
(KIP-848). Filters ignore upper and lower case; what they do not know matches nothing.

While a coordinator of this broker loads, the answer is COORDINATOR_LOAD_IN_PROGRESS without groups,
as in Kafka: a list that lacks some would be worse.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.list_groups import ListGroupsRequest, ListGroupsResponse

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask_each
from wirekafka.coordinator.group.shard import GroupCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = ListGroupsRequest


def handle(broker: Broker, context: RequestContext, request: ListGroupsRequest) -> Deferred:
    if broker.groups.loading_partitions():
        raise ApiError(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    method = GroupCoordinatorShard.list_groups
    questions = [(number, method, request) for number in broker.groups.active_partitions()]

    def finish(answers: list[Any]) -> ListGroupsResponse:
        # A partition that was handed to another broker meanwhile is listed there.
        found = [answer for answer in answers if not isinstance(answer, ApiError)]
        return ListGroupsResponse(groups=list(chain.from_iterable(found)))

    return ask_each(broker, context, questions, finish)


def error_response(
    request: ListGroupsRequest, context: RequestContext, error: ApiError
) -> ListGroupsResponse:
    return ListGroupsResponse(error_code=int(error.code))
