"""SaslAuthenticate: key 36, versions 0-2.

On a listener without SASL: ILLEGAL_SASL_STATE, with the text that Kafka gives. Listeners with
SASL come with security.

1 session lifetime (KIP-368); 2 flexible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.sasl_authenticate import (
    SaslAuthenticateRequest,
    SaslAuthenticateResponse,
)

from wirekafka.apis.context import RequestContext

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = SaslAuthenticateRequest


def handle(
    broker: Broker, context: RequestContext, request: SaslAuthenticateRequest
) -> SaslAuthenticateResponse:
    """There is no exchange under way."""
    raise ApiError(
        ErrorCode.ILLEGAL_SASL_STATE,
        "SaslAuthenticate request received after successful authentication",
    )


def error_response(
    request: SaslAuthenticateRequest, context: RequestContext, error: ApiError
) -> SaslAuthenticateResponse:
    """The error and its text."""
    return SaslAuthenticateResponse(int(error.code), error.message)
