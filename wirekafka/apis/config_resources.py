"""What IncrementalAlterConfigs and AlterConfigs check alike, before the controller is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata.keys import CONFIG_FOLDERS, ConfigResource, ConfigResourceType

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_INTEGER = re.compile(r"[+-]?\d{1,10}")


def listed_twice(resources: Sequence[tuple[int, str]]) -> list[bool]:
    """For each (resource type, name) whether it is there more than once."""
    times = Counter(resources)
    return [times[resource] > 1 for resource in resources]


def check_config_names(names: Sequence[str], nulls: Sequence[str]) -> None:
    """Raises ApiError(INVALID_REQUEST) for a name listed twice, and for names without a value."""
    if len(set(names)) < len(names):
        raise ApiError(ErrorCode.INVALID_REQUEST, "Error due to duplicate config keys")
    if nulls:
        raise ApiError(
            ErrorCode.INVALID_REQUEST, f"Null value not supported for : {', '.join(nulls)}"
        )


def parse_broker_id(name: str, what: str) -> int:
    """The number in the name of a broker resource, read as Java reads it: int() would allow spaces
    and underscores. Raises ApiError(INVALID_REQUEST), whose text begins with `what`."""
    if _INTEGER.fullmatch(name) is None:
        text = f"{what} must be an integer, but it is: {name}"
        raise ApiError(ErrorCode.INVALID_REQUEST, text)
    return int(name)


def stored_resource(broker: Broker, kind: int, name: str) -> ConfigResource:
    """The resource whose configs are stored in the cluster's metadata. Raises ApiError."""
    if kind not in CONFIG_FOLDERS:
        raise ApiError(ErrorCode.INVALID_REQUEST, f"Unknown resource type {kind}")
    if kind == ConfigResourceType.BROKER and name:
        broker_id = parse_broker_id(name, "Node id")
        if broker_id != broker.node_id:
            raise ApiError(
                ErrorCode.INVALID_REQUEST,
                f"Unexpected broker id, expected {broker.node_id}, but received {name}",
            )
        name = str(broker_id)
    return ConfigResourceType(kind), name
