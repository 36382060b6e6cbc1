"""SaslHandshake: key 17, versions 0-1, never flexible.

On a listener without SASL: ILLEGAL_SASL_STATE and no mechanisms, as Kafka answers. Listeners with
SASL come with security.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.sasl_handshake import (
    SaslHandshakeRequest,
    SaslHandshakeResponse,
)

from wirekafka.apis.context import RequestContext

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = SaslHandshakeRequest


def handle(
    broker: Broker, context: RequestContext, request: SaslHandshakeRequest
) -> SaslHandshakeResponse:
    """There is nothing to authenticate to."""
    raise ApiError(ErrorCode.ILLEGAL_SASL_STATE)


def error_response(
    request: SaslHandshakeRequest, context: RequestContext, error: ApiError
) -> SaslHandshakeResponse:
    """The error and no mechanisms."""
    return SaslHandshakeResponse(int(error.code))
