"""Settings that clients made in the cluster: dynamic configs of brokers and groups, quotas.

Forgotten means: as in a cluster that was just made. Users and their credentials stay, or nobody
could log in afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka.metadata.client_quota_changes import QuotaAlteration
from wirekafka.metadata.config_changes import ConfigChange, ConfigOperation
from wirekafka.metadata.founding import FRESH_BROKER_CONFIGS
from wirekafka.metadata.keys import ConfigResource, ConfigResourceType

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_CLUSTER = (ConfigResourceType.BROKER, "")


async def forget_dynamic_settings(broker: Broker) -> None:
    """Nothing is written when there is nothing to forget."""
    changes = [
        (resource, operations)
        for resource in broker.image.configs
        if resource[0] is not ConfigResourceType.TOPIC and (operations := _undo(broker, resource))
    ]
    if changes:
        await broker.metadata.incremental_alter_configs(changes)
    quotas = [
        QuotaAlteration(entity, tuple((name, None) for name in values))
        for entity, values in broker.image.client_quotas.items()
    ]
    if quotas:
        await broker.metadata.alter_client_quotas(quotas, lambda _: True)


def _undo(broker: Broker, resource: ConfigResource) -> list[ConfigChange]:
    fresh = FRESH_BROKER_CONFIGS if resource == _CLUSTER else {}
    present = broker.image.configs_of(*resource)
    changes = [
        ConfigChange(name, ConfigOperation.DELETE, None) for name in present if name not in fresh
    ]
    changes += [
        ConfigChange(name, ConfigOperation.SET, value)
        for name, value in fresh.items()
        if present.get(name) != value
    ]
    return changes
