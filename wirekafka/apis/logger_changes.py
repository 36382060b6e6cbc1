"""What IncrementalAlterConfigs does to the loggers of its own broker (KIP-412).

All changes of a resource are checked, in their order, before the first is made. Levels are in upper
case, a logger must exist, and only the level of "root" cannot be taken back.

Source: `RuntimeLoggerManager` of Kafka 4.3.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
)

from wirekafka.apis.config_resources import parse_broker_id
from wirekafka.logger_levels import LEVELS, ROOT, LoggerLevels
from wirekafka.metadata.config_changes import ConfigOperation

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_SET, _DELETE = ConfigOperation.SET.value, ConfigOperation.DELETE.value
_LIST_OPERATIONS = (ConfigOperation.APPEND.value, ConfigOperation.SUBTRACT.value)


def change_loggers(broker: Broker, resource: AlterConfigsResource, *, validate_only: bool) -> None:
    """Set and unset levels, or only check; raises ApiError."""
    name = resource.resource_name
    if parse_broker_id(name, "Node id") != broker.node_id:
        raise ApiError(
            ErrorCode.INVALID_REQUEST,
            f"Unexpected node id. Expected {broker.node_id}, but received {name}",
        )
    _check(broker.logger_levels, resource.configs)
    if validate_only:
        return
    for change in resource.configs:
        if change.config_operation == _DELETE:
            broker.logger_levels.unset_level(change.name)
        else:
            assert change.value is not None, "null values are refused before"
            broker.logger_levels.set_level(change.name, change.value)


def _check(levels: LoggerLevels, changes: Sequence[AlterableConfig]) -> None:
    for change in changes:
        operation = change.config_operation
        if operation in _LIST_OPERATIONS:
            text = f"{ConfigOperation(operation).name} operation is not allowed for the "
            raise ApiError(ErrorCode.INVALID_REQUEST, text + "BROKER_LOGGER resource")
        if operation not in (_SET, _DELETE):
            raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR)  # Kafka stumbles over it
        if not levels.exists(change.name):
            raise ApiError(ErrorCode.INVALID_CONFIG, f"Logger {change.name} does not exist!")
        if operation == _SET and change.value not in LEVELS:
            raise ApiError(
                ErrorCode.INVALID_CONFIG,
                f"Cannot set the log level of {change.name} to {change.value} as it is not a "
                f"supported log level. Valid log levels are {', '.join(sorted(LEVELS))}",
            )
        if operation == _DELETE and change.name == ROOT:
            raise ApiError(
                ErrorCode.INVALID_REQUEST,
                f"Removing the log level of the {ROOT} logger is not allowed",
            )
