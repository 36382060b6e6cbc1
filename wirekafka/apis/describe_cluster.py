"""DescribeCluster: key 60, versions 0-2.

Cluster id, controller and brokers (KIP-700): what Metadata says without topics.

1 can ask for controllers instead (KIP-919), which only a controller's own listener answers: here
MISMATCHED_ENDPOINT_TYPE; 2 shows fenced brokers (KIP-1073), of which there are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.describe_cluster import (
    DescribeClusterBroker,
    DescribeClusterRequest,
    DescribeClusterResponse,
)

from wirekafka.apis.authorized_operations import CLUSTER_OPERATIONS
from wirekafka.apis.context import RequestContext
from wirekafka.apis.nodes import nodes

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DescribeClusterRequest

NO_NODE = -1
_BROKERS = 1
_CONTROLLERS = 2


def handle(
    broker: Broker, context: RequestContext, request: DescribeClusterRequest
) -> DescribeClusterResponse:
    """The cluster as the image has it."""
    if request.endpoint_type == _CONTROLLERS:
        return DescribeClusterResponse(
            error_code=int(ErrorCode.MISMATCHED_ENDPOINT_TYPE),
            error_message="The request was sent to an endpoint of type BROKER, "
            "but we wanted an endpoint of type CONTROLLER",
        )
    if request.endpoint_type != _BROKERS:
        text = f"Unsupported endpoint type {request.endpoint_type}"
        raise ApiError(ErrorCode.UNSUPPORTED_ENDPOINT_TYPE, text)
    response = DescribeClusterResponse(
        cluster_id=broker.cluster_id,
        controller_id=broker.node_id if broker.node_id in broker.image.brokers else NO_NODE,
        brokers=[DescribeClusterBroker(*node) for node in nodes(broker, context)],
    )
    if request.include_cluster_authorized_operations:
        response.cluster_authorized_operations = CLUSTER_OPERATIONS
    return response


def error_response(
    request: DescribeClusterRequest, context: RequestContext, error: ApiError
) -> DescribeClusterResponse:
    """The error, and no cluster."""
    return DescribeClusterResponse(error_code=int(error.code), error_message=error.message)
