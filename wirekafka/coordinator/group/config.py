"""What an operator can set about groups, under Kafka's names, with units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class GroupConfig:
    """The defaults are Kafka 4.3's, but for the initial rebalance delay (see defaults.md)."""

    min_session_timeout_ms: int = 6_000
    """group.min.session.timeout.ms"""
    max_session_timeout_ms: int = 1_800_000
    """group.max.session.timeout.ms"""
    initial_rebalance_delay_ms: int = 0
    """group.initial.rebalance.delay.ms. Kafka waits 3 s for more members before the first
    generation; its Docker image and every test set-up want the first record at once."""
    max_size: int = 2**31 - 1
    """group.max.size, in members"""
    offset_metadata_max_bytes: int = 4_096
    """offset.metadata.max.bytes; like Kafka we count UTF-16 units, not bytes"""
    offsets_retention_ms: int = 7 * 24 * 3_600_000
    """offsets.retention.minutes"""
    offsets_retention_check_interval_ms: int = 600_000
    """offsets.retention.check.interval.ms"""
    new_member_join_timeout_ms: int = 300_000
    """Not configurable in Kafka: a new member that does not know its id cannot send heartbeats, so
    its parked JoinGroup is given up after this time (KAFKA-7610)."""
