"""ConsumerGroupHeartbeat: key 68, versions 0-1.

The consumer protocol of KIP-848 in one request: join (epoch 0), live on, subscribe, acknowledge
what was given up or taken, leave (-1; -2 for a static member that will be back). The answer has the
member's epoch, how soon to come back, and its assignment when that has changed. Null fields have
not changed since the last request.

1 subscriptions by a pattern (RE2), and members make their own ids (KIP-1082); before, the
coordinator gives one.

What is wrong with a request in any group is INVALID_REQUEST, UNSUPPORTED_ASSIGNOR or
INVALID_REGULAR_EXPRESSION; an unknown group is GROUP_ID_NOT_FOUND unless the member joins, an
unknown member UNKNOWN_MEMBER_ID, another epoch FENCED_MEMBER_EPOCH, an instance id in use
UNRELEASED_INSTANCE_ID or FENCED_INSTANCE_ID, a full group GROUP_MAX_SIZE_REACHED.

Where the cluster or the broker does not have the protocol everything is UNSUPPORTED_VERSION
(consumer_group_protocol.py). The rules are in wirekafka/coordinator/consumer_group/heartbeat.py.

Differs from Kafka: unless consumer.heartbeat.interval.ms is set, members are asked to come back
sooner than its default says (wirekafka/coordinator/consumer_group/interval.py).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)

from wirekafka.apis.consumer_group_protocol import require_consumer_protocol
from wirekafka.apis.context import RequestContext
from wirekafka.apis.coordinator_requests import request_info
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask, coordinator_partition
from wirekafka.coordinator.consumer_group.heartbeat import check_request
from wirekafka.coordinator.group.shard import GroupCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = ConsumerGroupHeartbeatRequest


def handle(
    broker: Broker, context: RequestContext, request: ConsumerGroupHeartbeatRequest
) -> Deferred:
    require_consumer_protocol(broker)
    check_request(request, context.api_version, broker.config.group_consumer_assignors)
    method = GroupCoordinatorShard.consumer_group_heartbeat
    answer = ask(broker, context, request.group_id, method, request)
    if answer.done:
        answer.then(partial(_note_settled, broker, context, request))
    return answer


def _note_settled(
    broker: Broker, context: RequestContext, request: ConsumerGroupHeartbeatRequest, answer: Any
) -> None:
    if isinstance(answer, ConsumerGroupHeartbeatResponse):
        info = request_info(context)
        number = coordinator_partition(broker, request.group_id)
        context.settled = broker.groups.look(
            number,
            lambda shard, standing, now_ms: shard.consumer.settled_member(
                standing, now_ms, info, request, answer
            ),
        )


def error_response(
    request: ConsumerGroupHeartbeatRequest, context: RequestContext, error: ApiError
) -> ConsumerGroupHeartbeatResponse:
    return ConsumerGroupHeartbeatResponse(
        error_code=int(error.code), error_message=error.message or None
    )
