"""LeaveGroup: key 13, versions 0-5.

Members leave a classic group at once, instead of being missed when their sessions end.

1 throttle time; 3 a list of members with an error each, and static members by their instance id
alone (KIP-345); 4 flexible; 5 a reason (KIP-800).

The rules are in wirekafka/coordinator/group/leave.py.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask
from wirekafka.coordinator.group.shard import GroupCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = LeaveGroupRequest


def handle(broker: Broker, context: RequestContext, request: LeaveGroupRequest) -> Deferred:
    return ask(broker, context, request.group_id, GroupCoordinatorShard.leave_group, request)


def error_response(
    request: LeaveGroupRequest, context: RequestContext, error: ApiError
) -> LeaveGroupResponse:
    return LeaveGroupResponse(error_code=int(error.code))
