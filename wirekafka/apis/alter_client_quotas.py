"""AlterClientQuotas: key 49, versions 0-1.

Sets and removes quotas of users, client ids, both, or addresses; a null name is the default of its
type (KIP-546, KIP-612). In effect when it is answered;
a limit for a host name is as soon as the name has been looked up.

1 flexible.

Each entity by itself: all of its operations or none. An entity that is listed twice is answered
once, INVALID_REQUEST, and its first entry is carried out all the same, as in Kafka; with one quota
twice none is. An entity type twice in one entity counts as listed last. Removing what is not there,
whatever its name, is no error. More than 10,000 changed quotas are POLICY_VIOLATION for all.

Differs from Kafka: of several quotas with errors the first listed is told, where Kafka goes by its
hash table. Names are resolved for IP entities as in Kafka, but without holding up other requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasRequestEntryData,
    AlterClientQuotasResponse,
    AlterClientQuotasResponseEntryData,
    EntityData,
)

from wirekafka.apis.context import RequestContext
from wirekafka.metadata.client_quota_changes import QuotaAlteration
from wirekafka.metadata.client_quotas import IP, entity_of
from wirekafka.quotas.addresses import resolve_all

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = AlterClientQuotasRequest


async def handle(
    broker: Broker, context: RequestContext, request: AlterClientQuotasRequest
) -> AlterClientQuotasResponse:
    """One row per entity."""
    alterations = [_alteration(entry) for entry in request.entries]
    names = (dict(alteration.entity).get(IP) for alteration in alterations)
    addresses = await resolve_all({name for name in names if name})
    outcomes = await broker.metadata.alter_client_quotas(
        alterations,
        lambda name: addresses.get(name) is not None,
        validate_only=request.validate_only,
    )
    rows = [
        _row([EntityData(kind, name) for kind, name in entity], error)
        for entity, error in outcomes.items()
    ]
    return AlterClientQuotasResponse(entries=rows)


def error_response(
    request: AlterClientQuotasRequest, context: RequestContext, error: ApiError
) -> AlterClientQuotasResponse:
    """The error for every entry."""
    return AlterClientQuotasResponse(
        entries=[_row(entry.entity, error) for entry in request.entries]
    )


def _alteration(entry: AlterClientQuotasRequestEntryData) -> QuotaAlteration:
    return QuotaAlteration(
        entity_of({part.entity_type: part.entity_name for part in entry.entity}),
        tuple((op.key, None if op.remove else op.value) for op in entry.ops),
    )


def _row(entity: list[EntityData], error: ApiError | None) -> AlterClientQuotasResponseEntryData:
    if error is None:
        return AlterClientQuotasResponseEntryData(0, None, entity)
    return AlterClientQuotasResponseEntryData(int(error.code), error.message, entity)
