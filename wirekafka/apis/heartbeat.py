"""Heartbeat: key 12, versions 0-4.

Keeps a member of a classic group alive, and tells it of a rebalance (REBALANCE_IN_PROGRESS).

1 throttle time; 3 static members (KIP-345); 4 flexible.

While the coordinator loads, a heartbeat is answered without an error, as in Kafka: the member need
not do anything.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask, coordinator_partition
from wirekafka.coordinator.group.settled import settled_member
from wirekafka.coordinator.group.shard import GroupCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = HeartbeatRequest


def handle(broker: Broker, context: RequestContext, request: HeartbeatRequest) -> Deferred:
    answer = ask(broker, context, request.group_id, GroupCoordinatorShard.heartbeat, request)
    if answer.done:
        answer.then(partial(_note_settled, broker, context, request))
    return answer


def _note_settled(
    broker: Broker, context: RequestContext, request: HeartbeatRequest, answer: Any
) -> None:
    if isinstance(answer, HeartbeatResponse) and not answer.error_code:
        number = coordinator_partition(broker, request.group_id)
        context.settled = broker.groups.look(
            number, lambda shard, standing, now_ms: settled_member(shard, standing, now_ms, request)
        )


def error_response(
    request: HeartbeatRequest, context: RequestContext, error: ApiError
) -> HeartbeatResponse:
    if error.code is ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
        return HeartbeatResponse()
    return HeartbeatResponse(error_code=int(error.code))
