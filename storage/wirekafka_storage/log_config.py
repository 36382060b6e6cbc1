"""The topic configs that storage needs, with Kafka's defaults (`facts/topic-configs.json`)."""

from __future__ import annotations

from dataclasses import dataclass

NEVER = 2**63 - 1
"""Kafka's way to say that something is not limited: the largest long."""


@dataclass(frozen=True, slots=True)
class LogConfig:
    """One topic's settings. Shared by all partitions of the topic, replaced as a whole."""

    segment_bytes: int = 1 << 30
    segment_ms: int = 7 * 24 * 3600 * 1000
    segment_jitter_ms: int = 0
    segment_index_bytes: int = 10 << 20
    index_interval_bytes: int = 4096
    retention_ms: int = 7 * 24 * 3600 * 1000
    """-1: no limit."""
    retention_bytes: int = -1
    """-1: no limit."""
    file_delete_delay_ms: int = 60_000
    flush_messages: int = NEVER
    flush_ms: int = NEVER
    message_timestamp_type: str = "CreateTime"
    """Or "LogAppendTime"."""
    cleanup_policy: frozenset[str] = frozenset({"delete"})
    delete_retention_ms: int = 24 * 3600 * 1000
    min_compaction_lag_ms: int = 0
    max_compaction_lag_ms: int = NEVER
    min_cleanable_dirty_ratio: float = 0.5
    producer_id_expiration_ms: int = 24 * 3600 * 1000
    """A broker config in Kafka (producer.id.expiration.ms)."""
