"""Changing the configs of topics, brokers, groups and client metrics: pure functions.

Checks follow `ConfigurationControlManager`: the operations first, then the resulting configs as a
whole, then whether the resource exists. So a bad value for a topic that does not exist is a bad
value. What the broker that took the request must check itself (keys given twice, null values, its
own dynamic configs) is the API's part, before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import keys
from wirekafka.metadata.image import MetadataImage
from wirekafka.metadata.keys import ConfigResource, ConfigResourceType
from wirekafka.metadata.model import encode_configs
from wirekafka.metadata.plan import Plan, Step, Write, check_size
from wirekafka.metadata.topic_names import validate_topic_name

MIN_ISR = "min.insync.replicas"


class ConfigRules(Protocol):
    """What the config tables say about stored configs."""

    def validate(self, resource: ConfigResource, configs: Mapping[str, str]) -> None:
        """Raises ApiError(INVALID_CONFIG) unless the resource may have exactly these configs."""

    def is_list(self, kind: ConfigResourceType, name: str) -> bool:
        """Whether the config holds a list; False for unknown names."""

    def default(self, kind: ConfigResourceType, name: str) -> str | None:
        """The default text of a config, None when it has none."""


class ConfigOperation(Enum):
    """`AlterConfigOp.OpType`."""

    SET = 0
    DELETE = 1
    APPEND = 2
    SUBTRACT = 3


@dataclass(slots=True, frozen=True)
class ConfigChange:
    """One operation on one config; `value` is None only for DELETE."""

    name: str
    operation: ConfigOperation
    value: str | None


def incremental_alter_configs(
    image: MetadataImage,
    rules: ConfigRules,
    changes: Sequence[tuple[ConfigResource, Sequence[ConfigChange]]],
) -> Plan[list[ApiError | None]]:
    """One outcome per resource, None when it is good. The resources must differ.

    Raises ApiError(POLICY_VIOLATION) when they are too many changes together.
    """
    plan: Plan[list[ApiError | None]] = Plan([])
    records = 0
    for resource, operations in changes:
        try:
            configs = dict(image.configs_of(*resource))
            for change in operations:
                _carry_out(configs, resource, change, rules)
            names = {change.name for change in operations}
            steps = _checked(image, rules, resource, configs, names)
        except ApiError as error:
            plan.result.append(error)
            continue
        records += _count(image, resource, configs, names)
        check_size(records)
        plan.steps.extend(steps)
        plan.result.append(None)
    return plan


def alter_configs(
    image: MetadataImage,
    rules: ConfigRules,
    changes: Sequence[tuple[ConfigResource, Mapping[str, str]]],
) -> Plan[list[ApiError | None]]:
    """Replace all configs of each resource; outcomes as for incremental_alter_configs."""
    plan: Plan[list[ApiError | None]] = Plan([])
    records = 0
    for resource, configs in changes:
        names = {*configs, *image.configs_of(*resource)}
        try:
            steps = _checked(image, rules, resource, dict(configs), names)
        except ApiError as error:
            plan.result.append(error)
            continue
        records += _count(image, resource, configs, names)
        check_size(records)
        plan.steps.extend(steps)
        plan.result.append(None)
    return plan


def _count(
    image: MetadataImage, resource: ConfigResource, configs: Mapping[str, str], names: set[str]
) -> int:
    """How many records Kafka would write: one for each config that changes."""
    present = image.configs_of(*resource)
    return sum(configs.get(name) != present.get(name) for name in names)


def _carry_out(
    configs: dict[str, str], resource: ConfigResource, change: ConfigChange, rules: ConfigRules
) -> None:
    if change.operation is ConfigOperation.DELETE:
        configs.pop(change.name, None)
        return
    assert change.value is not None, "null values are refused before"
    if change.operation is ConfigOperation.SET:
        configs[change.name] = change.value
        return
    if not rules.is_list(resource[0], change.name):
        operation = change.operation.name
        text = f"Can't {operation} to key {change.name} because its type is not LIST."
        if resource[0] is ConfigResourceType.BROKER:
            operation = operation.lower()
            text = f"Config value {operation} is not allowed for config key: {change.name}"
        raise ApiError(ErrorCode.INVALID_CONFIG, text)
    present = configs.get(change.name)
    if present is None:
        present = rules.default(resource[0], change.name) or ""
    parts = [part for part in present.split(",") if part]
    for part in _split(change.value):
        if change.operation is ConfigOperation.APPEND and part not in parts:
            parts.append(part)
        elif change.operation is ConfigOperation.SUBTRACT and part in parts:
            parts.remove(part)
    configs[change.name] = ",".join(parts)


def _split(text: str) -> list[str]:
    """As Java splits at commas: empty parts at the end do not count, an empty text is one part."""
    parts = text.split(",")
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts if parts != [""] or not text else []


def _checked(
    image: MetadataImage,
    rules: ConfigRules,
    resource: ConfigResource,
    configs: dict[str, str],
    names: set[str],
) -> list[Step]:
    """The write that gives the resource its configs. Raises ApiError when it may not have them.

    `names`: what the request touches, even if it changes nothing.
    """
    _check_name(resource)
    rules.validate(resource, configs)
    present = image.configs_of(*resource)
    if resource[0] is ConfigResourceType.BROKER:
        _check_min_isr(resource[1], configs, names)
    _check_existence(image, resource)
    if configs == present:
        return []
    return [(Write(keys.config(resource), encode_configs(configs) if configs else None),)]


def _check_name(resource: ConfigResource) -> None:
    kind, name = resource
    match kind:
        case ConfigResourceType.TOPIC:
            if not name:
                raise ApiError(
                    ErrorCode.INVALID_REQUEST, "Default topic resources are not allowed."
                )
            validate_topic_name(name)
        case ConfigResourceType.GROUP if not name:
            raise ApiError(ErrorCode.INVALID_REQUEST, "Default group resources are not allowed.")
        case ConfigResourceType.CLIENT_METRICS if not name:
            raise ApiError(ErrorCode.INVALID_REQUEST, "Subscription name can't be empty")
        case ConfigResourceType.BROKER if name and not name.isdecimal():
            raise ApiError(ErrorCode.INVALID_REQUEST, f"broker id {name!r} is not a number")
        case _:
            pass


def _check_min_isr(name: str, configs: Mapping[str, str], names: set[str]) -> None:
    """With eligible leader replicas, min.insync.replicas is one value for the cluster (KIP-966)."""
    if MIN_ISR not in names:
        return
    if name:
        raise ApiError(
            ErrorCode.INVALID_CONFIG,
            "Broker-level min.insync.replicas cannot be altered while ELR is enabled.",
        )
    if MIN_ISR not in configs:
        raise ApiError(
            ErrorCode.INVALID_CONFIG,
            "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.",
        )


def _check_existence(image: MetadataImage, resource: ConfigResource) -> None:
    kind, name = resource
    if kind is ConfigResourceType.TOPIC and name not in image.topics:
        raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"The topic '{name}' does not exist.")
    if kind is ConfigResourceType.BROKER and name and int(name) not in image.brokers:
        raise ApiError(ErrorCode.BROKER_ID_NOT_REGISTERED, f"No broker with id {name} found.")
