"""FindCoordinator: key 10, versions 0-6.

Which broker coordinates a group or a transactional id: the leader of its partition of
`__consumer_offsets` or `__transaction_state`. The first question creates that topic, and is
answered when it serves.

1 key type, throttle time, message; 3 flexible; 4 many keys, an entry for each (KIP-699); 5
TRANSACTION_ABORTABLE (KIP-890), not used here; 6 share groups (KIP-932).

Key types: 0 group, 1 transactional id, 2 share group. An unknown type is INVALID_REQUEST, and so is
a share key that is not group:topicId:partition.

Differs from Kafka: the first question is not answered COORDINATOR_NOT_AVAILABLE, which makes
clients wait and ask again. Share groups are not served yet: a good share key is
COORDINATOR_NOT_AVAILABLE.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.find_coordinator import (
    Coordinator,
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from wirekafka_protocol.uuids import uuid_from_text

from wirekafka.apis.context import RequestContext
from wirekafka.apis.nodes import node
from wirekafka.internal_topics import (
    OFFSETS_TOPIC,
    TRANSACTION_TOPIC,
    coordinator_partition,
    internal_topic,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from wirekafka.broker import Broker

logger = logging.getLogger("wirekafka.apis")

REQUEST = FindCoordinatorRequest

_MANY_KEYS = 4
_SHARE_GROUPS = 6
_SHARE = 2
_TOPICS = {0: OFFSETS_TOPIC, 1: TRANSACTION_TOPIC}
"""By key type, of groups and of transactional ids: where the coordinator keeps them."""

_NO_NODE = -1
_NO_PORT = -1

_INVALID_REQUEST_MESSAGE = (
    "This most likely occurs because of a request being malformed by the client library or the "
    "message was sent to an incompatible broker. See the broker logs for more details."
)
"""Kafka's text for INVALID_REQUEST, which it sends along for an unknown key type."""


def handle(
    broker: Broker, context: RequestContext, request: FindCoordinatorRequest
) -> FindCoordinatorResponse | Coroutine[Any, Any, FindCoordinatorResponse]:
    name = _TOPICS.get(request.key_type)
    if name is not None and name not in broker.image.topics and _keys(context, request):
        return _create_topic_first(broker, context, request, name)
    return _response(broker, context, request)


def error_response(
    request: FindCoordinatorRequest, context: RequestContext, error: ApiError
) -> FindCoordinatorResponse:
    """The error for each key."""
    rows = [_failed(key, error.code, error.message or "") for key in _keys(context, request)]
    return _shaped(context, rows)


async def _create_topic_first(
    broker: Broker, context: RequestContext, request: FindCoordinatorRequest, name: str
) -> FindCoordinatorResponse:
    topic = internal_topic(broker, name)
    assert topic is not None
    (outcome,) = await broker.metadata.create_topics([topic])
    if isinstance(outcome, ApiError) and outcome.code is not ErrorCode.TOPIC_ALREADY_EXISTS:
        # As in Kafka: clients only wait for a coordinator, so the reason must stand here.
        logger.warning("topic not created topic=%s error=%s", name, outcome)
        raise ApiError(ErrorCode.COORDINATOR_NOT_AVAILABLE, outcome.message)
    return _response(broker, context, request)


def _response(
    broker: Broker, context: RequestContext, request: FindCoordinatorRequest
) -> FindCoordinatorResponse:
    rows = [_find(broker, context, request.key_type, key) for key in _keys(context, request)]
    return _shaped(context, rows)


def _keys(context: RequestContext, request: FindCoordinatorRequest) -> list[str]:
    return request.coordinator_keys if context.api_version >= _MANY_KEYS else [request.key]


def _find(broker: Broker, context: RequestContext, key_type: int, key: str) -> Coordinator:
    name = _TOPICS.get(key_type)
    if name is not None:
        return _leader(broker, context, name, key)
    if key_type == _SHARE and context.api_version >= _MANY_KEYS:
        is_good = context.api_version >= _SHARE_GROUPS and _is_share_key(key)
        code = ErrorCode.COORDINATOR_NOT_AVAILABLE if is_good else ErrorCode.INVALID_REQUEST
        return _failed(key, code, "")
    return _failed(key, ErrorCode.INVALID_REQUEST, _INVALID_REQUEST_MESSAGE)


def _leader(broker: Broker, context: RequestContext, name: str, key: str) -> Coordinator:
    topic = broker.image.topics.get(name)
    if topic is None:
        return _failed(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, "")
    leader = topic.partitions[coordinator_partition(broker, name, key)].leader
    address = node(broker, context, leader)
    if address is not None:
        return Coordinator(key, leader, *address)
    return _failed(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, "")


def _is_share_key(key: str) -> bool:
    """group:topicId:partition; the group's name may contain colons."""
    parts = key.rsplit(":", 2)
    try:
        uuid_from_text(parts[-2])
        return len(parts) == 3 and parts[0] != "" and int(parts[-1]) >= 0
    except (IndexError, ValueError):
        return False


def _failed(key: str, code: ErrorCode, message: str) -> Coordinator:
    return Coordinator(key, _NO_NODE, "", _NO_PORT, int(code), message)


def _shaped(context: RequestContext, rows: list[Coordinator]) -> FindCoordinatorResponse:
    if context.api_version >= _MANY_KEYS:
        return FindCoordinatorResponse(coordinators=rows)
    (row,) = rows
    # Kafka gives a good answer the name of its error code here, and from version 4 on nothing.
    message = row.error_message if row.error_code else ErrorCode.NONE.name
    return FindCoordinatorResponse(
        error_code=row.error_code,
        error_message=message,
        node_id=row.node_id,
        host=row.host,
        port=row.port,
    )
