"""DescribeConfigs: key 32, versions 1-4.

The configs of topics, brokers, groups and client metrics subscriptions with their sources. The
broker resource "" shows the dynamic configs of all brokers and nothing else. Null keys and an empty
list mean all; unknown keys are left out.

1 sources and synonyms (KIP-226); 3 types and documentation (KIP-569); 4 flexible.

A group or subscription that does not exist has defaults and no error. Sensitive values are null.
The message of a good answer, and of an unknown topic, is empty and not null, as in Kafka.

Differs from Kafka: the documentation is our own, and the loggers (resource type 8) are ours, each
also under the name of the class of Kafka that does the same (`logger_levels.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResourceResult,
    DescribeConfigsResponse,
    DescribeConfigsResult,
    DescribeConfigsSynonym,
)

from wirekafka.apis.config_resources import parse_broker_id
from wirekafka.apis.context import RequestContext
from wirekafka.config import describe
from wirekafka.config.describe import ConfigRow
from wirekafka.config.property import ConfigSource, ConfigType
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.metadata.topic_names import validate_topic_name

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DescribeConfigsRequest

_TYPES = frozenset(ConfigResourceType)
_UNKNOWN_TYPE = (
    "This most likely occurs because of a request being malformed by the client library or the "
    "message was sent to an incompatible broker. See the broker logs for more details."
)
"""Kafka's text for INVALID_REQUEST, which it sends along for an unknown resource type."""


def handle(
    broker: Broker, context: RequestContext, request: DescribeConfigsRequest
) -> DescribeConfigsResponse:
    """Each resource by itself; one of an unknown type refuses the whole request, as in Kafka."""
    if any(resource.resource_type not in _TYPES for resource in request.resources):
        raise ApiError(ErrorCode.INVALID_REQUEST, _UNKNOWN_TYPE)
    response = DescribeConfigsResponse()
    for resource in request.resources:
        try:
            rows = _rows(broker, resource)
        except ApiError as error:
            response.results.append(_refused(resource, error))
            continue
        answer = DescribeConfigsResult(0, "", resource.resource_type, resource.resource_name)
        answer.configs = [_result(row, request) for row in rows]
        response.results.append(answer)
    return response


def error_response(
    request: DescribeConfigsRequest, context: RequestContext, error: ApiError
) -> DescribeConfigsResponse:
    """The error for every resource."""
    return DescribeConfigsResponse(results=[_refused(r, error) for r in request.resources])


def _refused(resource: DescribeConfigsResource, error: ApiError) -> DescribeConfigsResult:
    return DescribeConfigsResult(
        int(error.code), error.message, resource.resource_type, resource.resource_name
    )


def _rows(broker: Broker, resource: DescribeConfigsResource) -> list[ConfigRow]:
    name = resource.resource_name
    names = resource.configuration_keys
    match resource.resource_type:
        case ConfigResourceType.TOPIC:
            validate_topic_name(name)
            topic = broker.image.topics.get(name)
            if topic is None:
                raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "")
            return describe.describe_topic(broker.layers, topic.configs, names)
        case ConfigResourceType.BROKER:
            return _broker_rows(broker, name, names)
        case ConfigResourceType.BROKER_LOGGER:
            return _logger_rows(broker, name, names)
        case ConfigResourceType.GROUP:
            _check_not_empty(name, "Group name")
            overrides = broker.image.configs_of(ConfigResourceType.GROUP, name)
            return describe.describe_group(broker.layers, overrides, names)
        case ConfigResourceType.CLIENT_METRICS:
            _check_not_empty(name, "Client metrics subscription name")
            overrides = broker.image.configs_of(ConfigResourceType.CLIENT_METRICS, name)
            return describe.describe_client_metrics(overrides, names)
        case unknown:
            raise AssertionError(f"resource type {unknown} was not refused")


def _broker_rows(broker: Broker, name: str, names: list[str] | None) -> list[ConfigRow]:
    if not name:
        return describe.describe_broker_defaults(broker.layers, names)
    if parse_broker_id(name, "Broker id") != broker.node_id:
        raise ApiError(
            ErrorCode.INVALID_REQUEST,
            f"Unexpected broker id, expected {broker.node_id} or empty string, but received {name}",
        )
    return describe.describe_broker(broker.layers, names)


def _logger_rows(broker: Broker, name: str, names: list[str] | None) -> list[ConfigRow]:
    _check_not_empty(name, "Broker id")
    if parse_broker_id(name, "Broker id") != broker.node_id:
        raise ApiError(
            ErrorCode.INVALID_REQUEST,
            f"Unexpected broker id, expected {broker.node_id} but received {name}",
        )
    source = ConfigSource.DYNAMIC_BROKER_LOGGER
    return [
        ConfigRow(logger, level, False, source, False, (), ConfigType.UNKNOWN, "")
        for logger, level in broker.logger_levels.levels().items()
        if not names or logger in names
    ]


def _check_not_empty(name: str, what: str) -> None:
    if not name:
        raise ApiError(ErrorCode.INVALID_REQUEST, f"{what} must not be empty")


def _result(row: ConfigRow, request: DescribeConfigsRequest) -> DescribeConfigsResourceResult:
    synonyms = row.synonyms if request.include_synonyms else ()
    wants_text = request.include_documentation or row.type is ConfigType.UNKNOWN
    return DescribeConfigsResourceResult(
        row.name,
        row.value,
        row.read_only,
        int(row.source),
        row.sensitive,
        [DescribeConfigsSynonym(s.name, s.value, int(s.source)) for s in synonyms],
        int(row.type),
        row.documentation if wants_text else None,
    )
