"""What the broker's other rooms need of a topic's configs, made from the config tables.

`log_config` is storage's view, `BrokerConfigRules` the controller's. The tables themselves know
neither of the two rooms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wirekafka_storage.log_config import LogConfig

from wirekafka.config.topic import TopicConfig, is_list, properties, validate_topic_configs
from wirekafka.config.views import BrokerConfig
from wirekafka.metadata.keys import ConfigResource, ConfigResourceType

if TYPE_CHECKING:
    from wirekafka.broker import Broker


def log_config(topic: TopicConfig, broker: BrokerConfig) -> LogConfig:
    """A topic's configs as its logs want them."""
    return LogConfig(
        segment_bytes=topic.segment_bytes,
        segment_ms=topic.segment_ms,
        segment_jitter_ms=topic.segment_jitter_ms,
        segment_index_bytes=topic.segment_index_bytes,
        index_interval_bytes=topic.index_interval_bytes,
        retention_ms=topic.retention_ms,
        retention_bytes=topic.retention_bytes,
        file_delete_delay_ms=topic.file_delete_delay_ms,
        flush_messages=topic.flush_messages,
        flush_ms=topic.flush_ms,
        message_timestamp_type=topic.message_timestamp_type,
        cleanup_policy=topic.cleanup_policy,
        delete_retention_ms=topic.delete_retention_ms,
        min_compaction_lag_ms=topic.min_compaction_lag_ms,
        max_compaction_lag_ms=topic.max_compaction_lag_ms,
        min_cleanable_dirty_ratio=topic.min_cleanable_dirty_ratio,
        producer_id_expiration_ms=broker.producer_id_expiration_ms,
        preallocate=topic.preallocate,
    )


class BrokerConfigRules:
    """The controller's `ConfigRules`: may a resource have these configs?"""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def validate(self, resource: ConfigResource, configs: Mapping[str, str]) -> None:
        """Raises ApiError unless the resource may have exactly these configs."""
        from wirekafka.config import dynamic

        kind = resource[0]
        if kind is ConfigResourceType.TOPIC:
            validate_topic_configs(configs)
        elif kind is ConfigResourceType.GROUP:
            dynamic.validate_group_configs(self._broker.layers, configs)

    def is_list(self, kind: ConfigResourceType, name: str) -> bool:
        """Whether the config holds a list; False for unknown names."""
        from wirekafka.config import dynamic

        if kind is ConfigResourceType.TOPIC:
            return is_list(name)
        if kind is ConfigResourceType.BROKER:
            return dynamic.is_list_broker_config(name)
        if kind is ConfigResourceType.GROUP:
            return dynamic.is_list_group_config(name)
        return False

    def default(self, kind: ConfigResourceType, name: str) -> str | None:
        """The default text of a config, None when it has none."""
        if kind is ConfigResourceType.TOPIC:
            row = properties().get(name)
            return row.default if row is not None else None
        return None
