"""DescribeClientQuotas: key 48, versions 0-1.

The quotas of the entities that a filter matches: exactly one name, the default, or any name of a
type (KIP-546). Without components everything matches; with strict only entities that have no other
part than those of the filter.

1 flexible.

A filter that cannot be fails the request: INVALID_REQUEST, for an unknown entity type
UNSUPPORTED_VERSION. Nothing found is an empty list, not null. The message of no error is an empty
text, as Kafka leaves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.describe_client_quotas import (
    DescribeClientQuotasRequest,
    DescribeClientQuotasResponse,
    EntityData,
    EntryData,
    ValueData,
)

from wirekafka.apis.context import RequestContext
from wirekafka.metadata.client_quotas import FilterComponent, describe

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DescribeClientQuotasRequest


def handle(
    broker: Broker, context: RequestContext, request: DescribeClientQuotasRequest
) -> DescribeClientQuotasResponse:
    """One entry per entity."""
    components = [
        FilterComponent(part.entity_type, part.match_type, part.match)
        for part in request.components
    ]
    found = describe(broker.image.client_quotas, components, strict=request.strict)
    return DescribeClientQuotasResponse(
        entries=[
            EntryData(
                [EntityData(kind, name) for kind, name in entity],
                [ValueData(key, value) for key, value in quotas.items()],
            )
            for entity, quotas in found
        ],
    )


def error_response(
    request: DescribeClientQuotasRequest, context: RequestContext, error: ApiError
) -> DescribeClientQuotasResponse:
    """The error at the top, and no list."""
    return DescribeClientQuotasResponse(0, int(error.code), error.message, None)
