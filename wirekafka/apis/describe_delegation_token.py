"""DescribeDelegationToken: key 41, versions 1-3.

Lists the delegation tokens of some owners, or all (KIP-48).

Kafka takes requests about tokens only over listeners that authenticate, from whoever did not log
in with a token itself. The listeners of wirekafka do not authenticate yet, so every request is
DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, whatever it asks for (`KafkaApis.allowTokenRequests`).

2 flexible; 3 who asked for the token, if somebody else than its owner (KIP-373).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.describe_delegation_token import (
    DescribeDelegationTokenRequest,
    DescribeDelegationTokenResponse,
)

from wirekafka.apis.context import RequestContext

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DescribeDelegationTokenRequest


def handle(
    broker: Broker, context: RequestContext, request: DescribeDelegationTokenRequest
) -> DescribeDelegationTokenResponse:
    """Not over this listener."""
    raise ApiError(ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED)


def error_response(
    request: DescribeDelegationTokenRequest, context: RequestContext, error: ApiError
) -> DescribeDelegationTokenResponse:
    """The error and no tokens."""
    return DescribeDelegationTokenResponse(int(error.code))
