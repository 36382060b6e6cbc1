"""A topic's effective configs as storage wants them. The tables know nothing of storage."""

from __future__ import annotations

from wirekafka_storage.log_config import LogConfig

from wirekafka.config.topic import TopicConfig
from wirekafka.config.views import BrokerConfig


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
    )
