"""DeleteAcls: key 31, versions 1-3.

Removes the access rules that filters find. There is no authorizer, so each filter is refused with
SECURITY_DISABLED, as by a Kafka without one.

A filter with an element that is UNKNOWN (code 0) closes the connection; other codes that are none
do not (`DeleteAclsRequest.normalizeAndValidate`).

1 pattern types; 2 flexible; 3 the resource type USER.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError
from wirekafka_protocol.messages.delete_acls import (
    DeleteAclsFilterResult,
    DeleteAclsRequest,
    DeleteAclsResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.describe_acls import UNKNOWN

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DeleteAclsRequest


def handle(
    broker: Broker, context: RequestContext, request: DeleteAclsRequest
) -> DeleteAclsResponse:
    """No authorizer: SECURITY_DISABLED."""
    for one in request.filters:
        codes = (one.resource_type_filter, one.pattern_type_filter, one.operation)
        if UNKNOWN in (*codes, one.permission_type):
            raise ProtocolError("DeleteAcls with a filter of an unknown kind")
    raise ApiError(ErrorCode.SECURITY_DISABLED, "No Authorizer is configured.")


def error_response(
    request: DeleteAclsRequest, context: RequestContext, error: ApiError
) -> DeleteAclsResponse:
    """The error for every filter."""
    rows = [DeleteAclsFilterResult(int(error.code), error.message) for _ in request.filters]
    return DeleteAclsResponse(filter_results=rows)
