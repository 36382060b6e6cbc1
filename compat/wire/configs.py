"""Bodies of requests about configs: `broker.ask("IncrementalAlterConfigs", 1, **increments(...))`.

A change is (config, operation, value), a resource what `changed` makes of a type, a name and its
changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .codec import Message

TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP = 2, 4, 8, 16, 32
SET, DELETE, APPEND, SUBTRACT = 0, 1, 2, 3
Change = tuple[str, int, str | None]


def changed(kind: int, name: str, *changes: Change) -> Message:
    """One resource of IncrementalAlterConfigs."""
    rows = [{"name": key, "config_operation": how, "value": value} for key, how, value in changes]
    return {"resource_type": kind, "resource_name": name, "configs": rows}


def increments(*resources: Message, validate_only: bool = False) -> Message:
    """IncrementalAlterConfigs of some resources."""
    return {"resources": list(resources), "validate_only": validate_only}


def only_checked(kind: int, name: str, *changes: Change) -> Message:
    """IncrementalAlterConfigs of one resource, validate_only."""
    return increments(changed(kind, name, *changes), validate_only=True)


def replaced(kind: int, name: str, **configs: str | None) -> Message:
    """One resource of AlterConfigs; config names with "_" for "."."""
    rows = [{"name": key.replace("_", "."), "value": value} for key, value in configs.items()]
    return {"resource_type": kind, "resource_name": name, "configs": rows}


def described(kind: int, name: str, *keys: str, **more: Any) -> Message:
    """DescribeConfigs of one resource: these configs or, without any, all."""
    row = {"resource_type": kind, "resource_name": name, "configuration_keys": list(keys) or None}
    return {"resources": [row], **more}


def shows(key: str, value: str | None) -> Callable[[Message], bool]:
    """For `until`: the first resource of DescribeConfigs has this value; None: not the config."""
    return lambda answer: _values(answer).get(key) == value


def lists(key: str, wanted: bool) -> Callable[[Message], bool]:
    """For `until`: the first resource of DescribeConfigs has the config, or has not."""
    return lambda answer: (key in _values(answer)) == wanted


def _values(answer: Message) -> dict[str, Any]:
    return {row["name"]: row["value"] for row in answer["results"][0]["configs"]}
