"""CreateAcls: key 30, versions 1-3.

Adds access rules. There is no authorizer, so each of them is refused with SECURITY_DISABLED, as by
a Kafka without one.

A rule with an element that is UNKNOWN (code 0) closes the connection; other codes that are none do
not (`CreateAclsRequest.validate`).

1 pattern types; 2 flexible; 3 the resource type USER.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError
from wirekafka_protocol.messages.create_acls import (
    AclCreationResult,
    CreateAclsRequest,
    CreateAclsResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.describe_acls import UNKNOWN

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = CreateAclsRequest


def handle(
    broker: Broker, context: RequestContext, request: CreateAclsRequest
) -> CreateAclsResponse:
    """No authorizer: SECURITY_DISABLED."""
    for acl in request.creations:
        codes = (acl.resource_type, acl.resource_pattern_type, acl.operation, acl.permission_type)
        if UNKNOWN in codes:
            raise ProtocolError("CreateAcls with a rule of an unknown kind")
    raise ApiError(ErrorCode.SECURITY_DISABLED, "No Authorizer is configured.")


def error_response(
    request: CreateAclsRequest, context: RequestContext, error: ApiError
) -> CreateAclsResponse:
    """The error for every rule."""
    rows = [AclCreationResult(int(error.code), error.message) for _ in request.creations]
    return CreateAclsResponse(results=rows)
