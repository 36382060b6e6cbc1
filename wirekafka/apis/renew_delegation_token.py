"""RenewDelegationToken: key 39, versions 1-2.

Gives a delegation token a new lease (KIP-48).

Kafka takes requests about tokens only over listeners that authenticate, from whoever did not log
in with a token itself. The listeners of wirekafka do not authenticate yet, so every request is
DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, whatever it asks for (`KafkaApis.allowTokenRequests`).

2 flexible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.renew_delegation_token import (
    RenewDelegationTokenRequest,
    RenewDelegationTokenResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.create_delegation_token import NO_TIME

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = RenewDelegationTokenRequest


def handle(
    broker: Broker, context: RequestContext, request: RenewDelegationTokenRequest
) -> RenewDelegationTokenResponse:
    """Not over this listener."""
    raise ApiError(ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED)


def error_response(
    request: RenewDelegationTokenRequest, context: RequestContext, error: ApiError
) -> RenewDelegationTokenResponse:
    """The error, and no time."""
    return RenewDelegationTokenResponse(int(error.code), NO_TIME)
