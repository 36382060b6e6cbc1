"""DeleteTopics: key 20, versions 1-6.

Deletes topics by name, from version 6 on by name or id. Answered when no partition of them serves
any more; their files go in the background.

4 flexible; 5 error messages, THROTTLING_QUOTA_EXCEEDED (KIP-599); 6 ids (KIP-516).

Answers name what was asked for: an unknown id keeps a null name. A topic that is listed twice, or
once by name and once by id, is INVALID_REQUEST and is not deleted in the first case, nor in the
second. With delete.topic.enable=false every topic is refused.

Differs from Kafka: timeout_ms is not looked at; deletion takes milliseconds.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.delete_topics import (
    DeletableTopicResult,
    DeleteTopicsRequest,
    DeleteTopicsResponse,
    DeleteTopicState,
)
from wirekafka_protocol.uuids import ZERO_UUID

from wirekafka.apis.context import RequestContext
from wirekafka.apis.throttle import charge_for

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DeleteTopicsRequest

_STRICT = 5
_IDS = 6
_DISABLED_IS_AN_ERROR_OF_ITS_OWN = 3

_NEITHER = "Neither topic name nor id were specified."
_BOTH = "You may not specify both topic name and topic id."
_NAME_TWICE = "Duplicate topic name."
_ID_TWICE = "Duplicate topic id."
_NAME_AND_ID = "The provided topic name maps to an ID that was already supplied."


async def handle(
    broker: Broker, context: RequestContext, request: DeleteTopicsRequest
) -> DeleteTopicsResponse:
    """Each topic by itself."""
    if not broker.config.delete_topic_enable:
        if context.api_version < _DISABLED_IS_AN_ERROR_OF_ITS_OWN:
            raise ApiError(ErrorCode.INVALID_REQUEST, "Topic deletion is disabled.")
        raise ApiError(ErrorCode.TOPIC_DELETION_DISABLED)
    rows: list[DeletableTopicResult] = []
    wanted = _resolve(broker, _states(context, request), rows)
    charge = charge_for(context, strict_since=_STRICT)
    outcomes = await broker.metadata.delete_topics(list(wanted), charge=charge)
    for (topic_id, name), error in zip(wanted.items(), outcomes, strict=True):
        rows.append(_row(name, topic_id, error))
    return DeleteTopicsResponse(responses=rows)


def error_response(
    request: DeleteTopicsRequest, context: RequestContext, error: ApiError
) -> DeleteTopicsResponse:
    """The error for every topic."""
    states = _states(context, request)
    return DeleteTopicsResponse(
        responses=[_row(state.name, state.topic_id, error) for state in states]
    )


def _states(context: RequestContext, request: DeleteTopicsRequest) -> list[DeleteTopicState]:
    """What is to be deleted, in the form of version 6."""
    if context.api_version >= _IDS:
        return request.topics
    return [DeleteTopicState(name) for name in request.topic_names]


def _resolve(
    broker: Broker, states: list[DeleteTopicState], rows: list[DeletableTopicResult]
) -> dict[bytes, str]:
    """Ids and names of the topics to delete; what is refused goes to `rows`."""
    names: Counter[str] = Counter()
    ids: Counter[bytes] = Counter()
    for state in states:
        if state.name is not None and state.topic_id != ZERO_UUID:
            rows.append(_refused(state.name, state.topic_id, _BOTH))
        elif state.name is not None:
            names[state.name] += 1
        elif state.topic_id != ZERO_UUID:
            ids[state.topic_id] += 1
        else:
            rows.append(_refused(None, ZERO_UUID, _NEITHER))
    rows.extend(_refused(name, ZERO_UUID, _NAME_TWICE) for name, n in names.items() if n > 1)
    rows.extend(_refused(None, topic_id, _ID_TWICE) for topic_id, n in ids.items() if n > 1)
    return _known(
        broker,
        [name for name, n in names.items() if n == 1],
        [topic_id for topic_id, n in ids.items() if n == 1],
        rows,
    )


def _known(
    broker: Broker, names: list[str], ids: list[bytes], rows: list[DeletableTopicResult]
) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for topic_id in ids:
        topic = broker.image.topics_by_id.get(topic_id)
        if topic is None:
            text = "This server does not host this topic ID."
            rows.append(_row(None, topic_id, ApiError(ErrorCode.UNKNOWN_TOPIC_ID, text)))
        else:
            found[topic_id] = topic.name
    for name in names:
        topic = broker.image.topics.get(name)
        if topic is None:
            text = "This server does not host this topic-partition."
            error = ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, text)
            rows.append(_row(name, ZERO_UUID, error))
        elif topic.topic_id in found:
            del found[topic.topic_id]
            rows.append(_refused(name, topic.topic_id, _NAME_AND_ID))
        else:
            found[topic.topic_id] = name
    return found


def _refused(name: str | None, topic_id: bytes, message: str) -> DeletableTopicResult:
    return _row(name, topic_id, ApiError(ErrorCode.INVALID_REQUEST, message))


def _row(name: str | None, topic_id: bytes, error: ApiError | None) -> DeletableTopicResult:
    if error is None:
        return DeletableTopicResult(name, topic_id)
    return DeletableTopicResult(name, topic_id, int(error.code), error.message)
