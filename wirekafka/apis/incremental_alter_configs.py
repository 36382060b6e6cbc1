"""IncrementalAlterConfigs: key 44, versions 0-1.

Sets, deletes, appends to or subtracts from single configs of topics, brokers, groups and client
metrics subscriptions (KIP-339), and the levels of loggers (KIP-412). The broker resource "" stands
for all brokers.

1 flexible.

Each resource by itself: all of its operations or none. A resource listed twice, a config listed
twice and a value that is null where one is needed are INVALID_REQUEST. An operation that does not
exist is INVALID_REQUEST for a broker, UNKNOWN_SERVER_ERROR for its loggers, and for anything else
UNKNOWN_SERVER_ERROR of every resource that was not decided before, as in Kafka. More than 10,000
changed configs are POLICY_VIOLATION of all of those.

Differs from Kafka: loggers are those of wirekafka, each also under the name of the class of Kafka
that does the same (`logger_levels.py`); other classes of Kafka do not exist. `listeners` and
`listener.security.protocol.map` are INVALID_REQUEST: they need a restart (`config/dynamic.py`). A
broker config that is no list and unknown at that is refused for APPEND as one that is no list.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from wirekafka.apis.logger_changes import change_loggers
from wirekafka.metadata.config_changes import ConfigChange, ConfigOperation
from wirekafka.metadata.keys import ConfigResource, ConfigResourceType

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = IncrementalAlterConfigsRequest

_OPERATIONS = frozenset(operation.value for operation in ConfigOperation)


async def handle(
    broker: Broker, context: RequestContext, request: IncrementalAlterConfigsRequest
) -> IncrementalAlterConfigsResponse:
    """The answers in the order of the resources."""
    changes: list[tuple[ConfigResource, list[ConfigChange]]] = []
    stored: list[AlterConfigsResource] = []
    repeated = listed_twice([(r.resource_type, r.resource_name) for r in request.resources])
    outcomes: dict[int, ApiError | None] = {}
    for resource, is_repeated in zip(request.resources, repeated, strict=True):
        try:
            if is_repeated:
                text = "Each resource must appear at most once."
                raise ApiError(ErrorCode.INVALID_REQUEST, text)
            _check_values(resource)
            if resource.resource_type == ConfigResourceType.BROKER_LOGGER:
                change_loggers(broker, resource, validate_only=request.validate_only)
                outcomes[id(resource)] = None
                continue
            target = stored_resource(broker, resource.resource_type, resource.resource_name)
            operations = [config.config_operation for config in resource.configs]
            unknown = [number for number in operations if number not in _OPERATIONS]
            if unknown and target[0] is ConfigResourceType.BROKER:
                text = f"Unknown operations type {unknown[0]}"
                raise ApiError(ErrorCode.INVALID_REQUEST, text)
        except ApiError as error:
            outcomes[id(resource)] = error
            continue
        stored.append(resource)
        if not unknown:
            changes.append((target, _changes(resource)))
    if len(changes) < len(stored):
        outcomes.update({id(r): ApiError(ErrorCode.UNKNOWN_SERVER_ERROR) for r in stored})
    else:
        answers: Sequence[ApiError | None]
        try:
            answers = await broker.metadata.incremental_alter_configs(
                changes, validate_only=request.validate_only
            )
        except ApiError as error:  # of all of them; what was decided before stays as it is
            answers = [error] * len(stored)
        outcomes.update({id(r): e for r, e in zip(stored, answers, strict=True)})
    rows = [_row(resource, outcomes[id(resource)]) for resource in request.resources]
    return IncrementalAlterConfigsResponse(responses=rows)


def error_response(
    request: IncrementalAlterConfigsRequest, context: RequestContext, error: ApiError
) -> IncrementalAlterConfigsResponse:
    """The error for every resource."""
    return IncrementalAlterConfigsResponse(
        responses=[_row(resource, error) for resource in request.resources]
    )


def _check_values(resource: AlterConfigsResource) -> None:
    delete = ConfigOperation.DELETE.value
    configs = resource.configs
    check_config_names(
        [c.name for c in configs],
        [c.name for c in configs if c.value is None and c.config_operation != delete],
    )


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
