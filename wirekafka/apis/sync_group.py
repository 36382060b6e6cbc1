"""SyncGroup: key 14, versions 0-5.

Takes a member's part of the assignment; the leader brings the assignment for all. Answered when
the leader's assignment is in the log.

1 throttle time; 3 static members (KIP-345); 4 flexible; 5 protocol type and name, which must then
be there and agree with the group's (KIP-559).

The rules are in wirekafka/coordinator/group/sync.py.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask
from wirekafka.coordinator.group.shard import GroupCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = SyncGroupRequest


def handle(broker: Broker, context: RequestContext, request: SyncGroupRequest) -> Deferred:
    return ask(broker, context, request.group_id, GroupCoordinatorShard.sync_group, request)


def error_response(
    request: SyncGroupRequest, context: RequestContext, error: ApiError
) -> SyncGroupResponse:
    """The error and an empty assignment."""
    return SyncGroupResponse(error_code=int(error.code))
