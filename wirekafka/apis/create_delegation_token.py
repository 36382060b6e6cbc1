"""CreateDelegationToken: key 38, versions 1-3.

Makes a token by which its owner can log in (KIP-48).

Kafka takes requests about tokens only over listeners that authenticate, from whoever did not log
in with a token itself. The listeners of wirekafka do not authenticate yet, so every request is
DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, whatever it asks for (`KafkaApis.allowTokenRequests`).

2 flexible; 3 a token for somebody else, and who asked for it (KIP-373). An owner who has a name and
no type is UNKNOWN_SERVER_ERROR, because that is what Kafka says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.create_delegation_token import (
    CreateDelegationTokenRequest,
    CreateDelegationTokenResponse,
)

from wirekafka.apis.context import RequestContext

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = CreateDelegationTokenRequest

NO_TIME = -1
"""`DelegationTokenManager.ErrorTimestamp`."""


def handle(
    broker: Broker, context: RequestContext, request: CreateDelegationTokenRequest
) -> CreateDelegationTokenResponse:
    """Not over this listener."""
    if request.owner_principal_name and request.owner_principal_type is None:
        raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR)
    raise ApiError(ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED)


def error_response(
    request: CreateDelegationTokenRequest, context: RequestContext, error: ApiError
) -> CreateDelegationTokenResponse:
    """The error, for whom, and no token."""
    kind, _, name = context.principal.partition(":")
    owner = kind, name
    if request.owner_principal_name and request.owner_principal_type is not None:
        owner = request.owner_principal_type, request.owner_principal_name
    return CreateDelegationTokenResponse(
        error_code=int(error.code),
        principal_type=owner[0],
        principal_name=owner[1],
        token_requester_principal_type=kind,
        token_requester_principal_name=name,
        issue_timestamp_ms=NO_TIME,
        expiry_timestamp_ms=NO_TIME,
        max_timestamp_ms=NO_TIME,
    )
