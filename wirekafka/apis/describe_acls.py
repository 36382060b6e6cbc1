"""DescribeAcls: key 29, versions 1-3.

Lists the access rules that a filter finds. There is no authorizer, so there are none, and the
answer is SECURITY_DISABLED, as from a Kafka without one. A broker whose configuration names an
authorizer does not start.

A filter with an element that is UNKNOWN (code 0) closes the connection; other codes that are none
do not (`DescribeAclsRequest.normalizeAndValidate`).

1 pattern types; 2 flexible; 3 the resource type USER.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError
from wirekafka_protocol.messages.describe_acls import DescribeAclsRequest, DescribeAclsResponse

from wirekafka.apis.context import RequestContext

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DescribeAclsRequest

UNKNOWN = 0
"""The code of what is not known, in each enumeration of Kafka's access rules."""


def handle(
    broker: Broker, context: RequestContext, request: DescribeAclsRequest
) -> DescribeAclsResponse:
    """No authorizer: SECURITY_DISABLED."""
    codes = (request.resource_type_filter, request.pattern_type_filter, request.operation)
    if UNKNOWN in (*codes, request.permission_type):
        raise ProtocolError("DescribeAcls with a filter of an unknown kind")
    text = "No Authorizer is configured on the broker"
    raise ApiError(ErrorCode.SECURITY_DISABLED, text)


def error_response(
    request: DescribeAclsRequest, context: RequestContext, error: ApiError
) -> DescribeAclsResponse:
    """The error and no rules."""
    return DescribeAclsResponse(error_code=int(error.code), error_message=error.message)
