"""IncrementalAlterConfigs: key 44, versions 0-1.

Sets, deletes, appends to or subtracts from single configs of topics, brokers, groups and client
metrics subscriptions (KIP-339). The broker resource "" stands for all brokers.

1 flexible.

Each resource by itself: all of its operations or none. A resource listed twice, a config listed
twice and a value that is null where one is needed are INVALID_REQUEST. An operation that does not
exist is UNKNOWN_SERVER_ERROR for every resource that was not refused before, as in Kafka.

Differs from Kafka: levels of loggers (resource type 8) cannot be changed: INVALID_REQUEST.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.incremental_alter_configs import (
    AlterConfigsResource,
    AlterConfigsResourceResponse,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)

from wirekafka.apis.config_resources import check_config_names, listed_twice, stored_resource
from wirekafka.apis.context import RequestContext
from wirekafka.metadata.config_changes import ConfigChange, ConfigOperation
from wirekafka.metadata.keys import ConfigResource

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = IncrementalAlterConfigsRequest

_OPERATIONS = frozenset(operation.value for operation in ConfigOperation)


async def handle(
    broker: Broker, context: RequestContext, request: IncrementalAlterConfigsRequest
) -> IncrementalAlterConfigsResponse:
    """The answers in the order of the resources."""
    rows: list[AlterConfigsResourceResponse] = []
    changes: list[tuple[ConfigResource, list[ConfigChange]]] = []
    good: list[AlterConfigsResource] = []
    repeated = listed_twice([(r.resource_type, r.resource_name) for r in request.resources])
    outcomes: dict[int, ApiError | None] = {}
    for resource, is_repeated in zip(request.resources, repeated, strict=True):
        try:
            if is_repeated:
                text = "Each resource must appear at most once."
                raise ApiError(ErrorCode.INVALID_REQUEST, text)
            stored = _checked(broker, resource)
        except ApiError as error:
            outcomes[id(resource)] = error
            continue
        good.append(resource)
        if all(config.config_operation in _OPERATIONS for config in resource.configs):
            changes.append((stored, _changes(resource)))
    if len(changes) < len(good):
        outcomes.update({id(r): ApiError(ErrorCode.UNKNOWN_SERVER_ERROR) for r in good})
    else:
        answers = await broker.metadata.incremental_alter_configs(
            changes, validate_only=request.validate_only
        )
        outcomes.update({id(r): e for r, e in zip(good, answers, strict=True)})
    rows = [_row(resource, outcomes[id(resource)]) for resource in request.resources]
    return IncrementalAlterConfigsResponse(responses=rows)


def error_response(
    request: IncrementalAlterConfigsRequest, context: RequestContext, error: ApiError
) -> IncrementalAlterConfigsResponse:
    """The error for every resource."""
    return IncrementalAlterConfigsResponse(
        responses=[_row(resource, error) for resource in request.resources]
    )


def _checked(broker: Broker, resource: AlterConfigsResource) -> ConfigResource:
    delete = ConfigOperation.DELETE.value
    configs = resource.configs
    check_config_names(
        [c.name for c in configs],
        [c.name for c in configs if c.value is None and c.config_operation != delete],
    )
    return stored_resource(broker, resource.resource_type, resource.resource_name)


def _changes(resource: AlterConfigsResource) -> list[ConfigChange]:
    return [
        ConfigChange(config.name, ConfigOperation(config.config_operation), config.value)
        for config in resource.configs
    ]


def _row(resource: AlterConfigsResource, error: ApiError | None) -> AlterConfigsResourceResponse:
    return AlterConfigsResourceResponse(
        int(error.code) if error else 0,
        error.message if error else None,
        resource.resource_type,
        resource.resource_name,
    )
