"""Configs of one resource at a time, read and changed through the broker that answers for it.

A broker's own configs and loggers are asked of that broker; all others of any. Source: KIP-133,
KIP-226, KIP-412, KIP-1142.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResourceResult,
    DescribeConfigsResponse,
)
from wirekafka_protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from wirekafka_protocol.messages.list_config_resources import (
    ListConfigResourcesRequest,
    ListConfigResourcesResponse,
)

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.cluster import Cluster
from wirekafka.cli.wire.connection import Connection
from wirekafka.cli.wire.fault_texts import fault

TOPIC = 2
BROKER = 4
BROKER_LOGGER = 8
CLIENT_METRICS = 16
GROUP = 32

_SET = 0
_DELETE = 1


def describe(cluster: Cluster, kind: int, name: str) -> list[DescribeConfigsResourceResult]:
    """The configs of a resource, by name, with their synonyms; "" is the default of brokers."""
    request = DescribeConfigsRequest([DescribeConfigsResource(kind, name, None)], True, False)
    (result,) = _connection(cluster, kind, name).ask(request, DescribeConfigsResponse).results
    if result.error_code:
        raise CommandError(fault(result.error_code, result.error_message))
    return sorted(result.configs, key=lambda row: row.name)


def alter(
    cluster: Cluster, kind: int, name: str, added: Mapping[str, str], deleted: Sequence[str]
) -> None:
    """Set and reset configs of a resource, all or none."""
    changes = [AlterableConfig(key, _SET, value) for key, value in added.items()]
    changes += [AlterableConfig(key, _DELETE, "") for key in deleted if key not in added]
    request = IncrementalAlterConfigsRequest([AlterConfigsResource(kind, name, changes)], False)
    answer = _connection(cluster, kind, name).ask(request, IncrementalAlterConfigsResponse)
    (result,) = answer.responses
    if result.error_code:
        raise CommandError(fault(result.error_code, result.error_message))


def config_names(cluster: Cluster, kind: int) -> set[str]:
    """The resources of a kind that have dynamic configs; none where a broker cannot list them."""
    connection = cluster.any()
    if not connection.supports(ApiKey.LIST_CONFIG_RESOURCES):
        return set()
    if connection.version_of(ApiKey.LIST_CONFIG_RESOURCES) == 0 and kind != CLIENT_METRICS:
        return set()
    answer = connection.ask(ListConfigResourcesRequest([kind]), ListConfigResourcesResponse)
    if answer.error_code:
        raise CommandError(fault(answer.error_code))
    return {row.resource_name for row in answer.config_resources if row.resource_type == kind}


def _connection(cluster: Cluster, kind: int, name: str) -> Connection:
    if kind in (BROKER, BROKER_LOGGER) and name:
        return cluster.node(int(name))
    return cluster.any()
