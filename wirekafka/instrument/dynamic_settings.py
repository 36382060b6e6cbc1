"""Settings that clients made in the cluster: dynamic configs of brokers and groups, quotas, SCRAM
credentials, feature levels; and levels of loggers, which are this broker's alone.

Forgotten means: as in a cluster that was just made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wirekafka.features import FEATURES, FRESH_LEVELS
from wirekafka.metadata.client_quota_changes import QuotaAlteration
from wirekafka.metadata.config_changes import (
    ConfigChange,
    ConfigOperation,
    incremental_alter_configs,
)
from wirekafka.metadata.feature_updates import FeatureUpdate, UpgradeType, update_features
from wirekafka.metadata.founding import FRESH_BROKER_CONFIGS
from wirekafka.metadata.keys import ConfigResource, ConfigResourceType
from wirekafka.metadata.scram_credentials import Deletion

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_CLUSTER = (ConfigResourceType.BROKER, "")


class _AnythingGoes:
    """The rules of a reset: what a fresh cluster has need not be reached in small steps."""

    def validate(self, resource: ConfigResource, configs: Mapping[str, str]) -> None:
        """Nothing is refused."""

    def is_list(self, kind: ConfigResourceType, name: str) -> bool:
        """Nothing is appended or subtracted."""
        del kind, name
        return False

    def default(self, kind: ConfigResourceType, name: str) -> str | None:
        """Nothing is appended or subtracted."""
        del kind, name
        return None


async def forget_dynamic_settings(broker: Broker) -> None:
    """Nothing is written when there is nothing to forget."""
    image = broker.image
    changes = [
        (resource, operations)
        for resource in image.configs
        if resource[0] is not ConfigResourceType.TOPIC and (operations := _undo(broker, resource))
    ]
    if changes:
        await broker.metadata.ask_controller(
            lambda _, image: incremental_alter_configs(image, _AnythingGoes(), changes)
        )
    quotas = [
        QuotaAlteration(entity, tuple((name, None) for name in values))
        for entity, values in image.client_quotas.items()
    ]
    if quotas:
        await broker.metadata.alter_client_quotas(quotas, lambda _: True)
    broker.throttling.forget()
    for mechanism in {mechanism for _, mechanism in image.scram_credentials}:
        users = [user for user, its in image.scram_credentials if its is mechanism]
        deletions = [Deletion(user, int(mechanism)) for user in users]
        await broker.metadata.alter_scram_credentials(deletions, [])
    await _level_features(broker)
    broker.logger_levels.restore()


async def _level_features(broker: Broker) -> None:
    """Kafka's rules allow it: what clients have changed they can change back."""
    present = broker.image.features
    updates = [
        FeatureUpdate(
            name,
            level,
            UpgradeType.UPGRADE if level > present.get(name, 0) else UpgradeType.UNSAFE_DOWNGRADE,
        )
        for name, level in FRESH_LEVELS.items()
        if level != present.get(name, 0)
    ]
    if updates:
        supported = {feature.name: (feature.lowest, feature.highest) for feature in FEATURES}
        await broker.metadata.ask_controller(
            lambda controller, image: update_features(
                image.features, updates, supported, broker.node_id
            )
        )


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
