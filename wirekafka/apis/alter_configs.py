"""AlterConfigs: key 33, versions 0-2.

Replaces all configs of topics, brokers, groups and client metrics subscriptions: what is not named
goes back to its default (KIP-133). Old tools use it where newer ones use IncrementalAlterConfigs.

2 flexible.

Each resource by itself. A config listed twice and a null value are INVALID_REQUEST, and so are
loggers (resource type 8), which this request never could change. More than 10,000 changed configs
are POLICY_VIOLATION, for all of them.

Differs from Kafka: a resource listed twice is INVALID_REQUEST; Kafka never answers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.alter_configs import (
    AlterConfigsRequest,
    AlterConfigsResource,
    AlterConfigsResourceResponse,
    AlterConfigsResponse,
)

from wirekafka.apis.config_resources import check_config_names, listed_twice, stored_resource
from wirekafka.apis.context import RequestContext
from wirekafka.metadata.keys import ConfigResource

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = AlterConfigsRequest


async def handle(
    broker: Broker, context: RequestContext, request: AlterConfigsRequest
) -> AlterConfigsResponse:
    """The answers in the order of the resources."""
    changes: list[tuple[ConfigResource, dict[str, str]]] = []
    good: list[AlterConfigsResource] = []
    outcomes: dict[int, ApiError | None] = {}
    repeated = listed_twice([(r.resource_type, r.resource_name) for r in request.resources])
    for resource, is_repeated in zip(request.resources, repeated, strict=True):
        try:
            if is_repeated:
                text = "Each resource must appear at most once."
                raise ApiError(ErrorCode.INVALID_REQUEST, text)
            changes.append((_checked(broker, resource), _configs(resource)))
            good.append(resource)
        except ApiError as error:
            outcomes[id(resource)] = error
    answers: Sequence[ApiError | None]
    try:
        answers = await broker.metadata.alter_configs(changes, validate_only=request.validate_only)
    except ApiError as error:  # of all of them; what was refused before stays as it is
        answers = [error] * len(good)
    outcomes.update({id(r): e for r, e in zip(good, answers, strict=True)})
    return AlterConfigsResponse(
        responses=[_row(resource, outcomes[id(resource)]) for resource in request.resources]
    )


def error_response(
    request: AlterConfigsRequest, context: RequestContext, error: ApiError
) -> AlterConfigsResponse:
    """The error for every resource."""
    return AlterConfigsResponse(responses=[_row(r, error) for r in request.resources])


def _checked(broker: Broker, resource: AlterConfigsResource) -> ConfigResource:
    configs = resource.configs
    check_config_names([c.name for c in configs], [c.name for c in configs if c.value is None])
    return stored_resource(broker, resource.resource_type, resource.resource_name)


def _configs(resource: AlterConfigsResource) -> dict[str, str]:
    return {config.name: config.value for config in resource.configs if config.value is not None}


def _row(resource: AlterConfigsResource, error: ApiError | None) -> AlterConfigsResourceResponse:
    return AlterConfigsResourceResponse(
        int(error.code) if error else 0,
        error.message if error else None,
        resource.resource_type,
        resource.resource_name,
    )
