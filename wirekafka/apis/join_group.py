"""JoinGroup: key 11, versions 0-9.

Enters a classic group. The answer comes when the generation is formed: every member has joined, or
the rebalance timeout of the group is over. Only the leader gets the list of members.

1 rebalance timeout (before: the session timeout); 2 throttle time; 4 a new member without an id
gets MEMBER_ID_REQUIRED and one (KIP-394); 5 static members (KIP-345); 6 flexible; 7 protocol type,
null protocol name in errors (KIP-559); 8 a reason (KIP-800); 9 a returning static leader is told to
skip the assignment (KIP-814).

The rules are in wirekafka/coordinator/group/join.py. Group limits: group.min.session.timeout.ms,
group.max.session.timeout.ms, group.max.size, group.initial.rebalance.delay.ms (default 0, Kafka's
is 3000).

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupResponse

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.group_requests import ask
from wirekafka.coordinator.group.rebalance import join_error
from wirekafka.coordinator.group.shard import GroupCoordinatorShard

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = JoinGroupRequest


def handle(broker: Broker, context: RequestContext, request: JoinGroupRequest) -> Deferred:
    return ask(broker, context, request.group_id, GroupCoordinatorShard.join_group, request)


def error_response(
    request: JoinGroupRequest, context: RequestContext, error: ApiError
) -> JoinGroupResponse:
    """The error, without a member id."""
    return join_error(context.api_version, "", error.code)
