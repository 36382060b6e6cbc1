"""ListConfigResources: key 74, versions 0-1.

The names of what has configs: client metrics subscriptions (KIP-714), topics, groups with configs
of their own, brokers, and brokers again as owners of loggers. A group without configs and the
defaults of all brokers are not listed.

0 client metrics only; 1 the types that the request names, or all for none (KIP-1142).

One unknown type, and the answer is UNSUPPORTED_VERSION without any resource. A type named twice
counts once.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.list_config_resources import (
    ConfigResource,
    ListConfigResourcesRequest,
    ListConfigResourcesResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.metadata.image import MetadataImage
from wirekafka.metadata.keys import ConfigResourceType

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = ListConfigResourcesRequest

_TYPES = frozenset(ConfigResourceType)


def handle(
    broker: Broker, context: RequestContext, request: ListConfigResourcesRequest
) -> ListConfigResourcesResponse:
    """All resources of each type, each type once."""
    if context.api_version == 0:
        types = {int(ConfigResourceType.CLIENT_METRICS)}
    else:
        types = set(request.resource_types) or set(map(int, _TYPES))
    if not types <= _TYPES:
        raise ApiError(ErrorCode.UNSUPPORTED_VERSION)
    return ListConfigResourcesResponse(
        config_resources=[
            ConfigResource(name, kind)
            for kind in sorted(types, reverse=True)  # Kafka's order
            for name in _names(broker.image, ConfigResourceType(kind))
        ]
    )


def error_response(
    request: ListConfigResourcesRequest, context: RequestContext, error: ApiError
) -> ListConfigResourcesResponse:
    """The error without any resource."""
    return ListConfigResourcesResponse(error_code=int(error.code))


def _names(image: MetadataImage, kind: ConfigResourceType) -> list[str]:
    match kind:
        case ConfigResourceType.TOPIC:
            return sorted(image.topics)
        case ConfigResourceType.BROKER | ConfigResourceType.BROKER_LOGGER:
            return [str(broker_id) for broker_id in sorted(image.brokers)]
        case _:
            return sorted(name for of_kind, name in image.configs if of_kind is kind)
