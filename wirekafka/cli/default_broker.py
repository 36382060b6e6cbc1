"""The configs set for all brokers: the one resource that kafka-python's public calls cannot name.

KafkaAdminClient routes a broker's resource to the broker of that number and refuses the empty name
which stands for all of them. Any broker answers for it, so the two requests are sent through the
client's connection manager, which is not public; kafka-python 3.0 has no other way.
"""

from __future__ import annotations

from typing import Any

from wirekafka.cli.clients import code_text
from wirekafka.cli.output import CommandError

_BROKER = 4
_EVERY_BROKER = ""


def describe(admin: Any) -> dict[str, dict[str, Any]]:
    """Rows by name, as `KafkaAdminClient.describe_configs` gives them for one resource."""
    from kafka.admin import ConfigSourceType
    from kafka.protocol.admin import DescribeConfigsRequest

    request = DescribeConfigsRequest(
        resources=[(_BROKER, _EVERY_BROKER, None)], include_synonyms=True, min_version=1
    )
    (result,) = _send(admin, request).results
    _check(result)
    rows = {}
    for config in result.configs:
        row = config.to_dict()
        row["config_source"] = ConfigSourceType(row["config_source"]).name
        for synonym in row["synonyms"]:
            synonym["source"] = ConfigSourceType(synonym["source"]).name
        rows[row.pop("name")] = row
    return rows


def alter(admin: Any, changes: dict[str, tuple[Any, str | None]]) -> None:
    """Set and delete; `changes` is name -> (operation, value)."""
    from kafka.protocol.admin import IncrementalAlterConfigsRequest

    entries = [(name, int(operation), value) for name, (operation, value) in changes.items()]
    request = IncrementalAlterConfigsRequest(
        resources=[(_BROKER, _EVERY_BROKER, entries)], validate_only=False
    )
    (result,) = _send(admin, request).responses
    _check(result)


def _send(admin: Any, request: Any) -> Any:
    manager = admin._manager
    return manager.run(manager.send, request)


def _check(result: Any) -> None:
    if result.error_code:
        raise CommandError(code_text(result.error_code, result.error_message))
