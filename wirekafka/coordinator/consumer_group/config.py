"""What an operator can set about consumer groups, under Kafka's names, for all and for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum


class MigrationPolicy(Enum):
    """Which ways a group may change its protocol while it has members."""

    DISABLED = "disabled"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    BIDIRECTIONAL = "bidirectional"

    @property
    def allows_upgrade(self) -> bool:
        return self in (MigrationPolicy.UPGRADE, MigrationPolicy.BIDIRECTIONAL)

    @property
    def allows_downgrade(self) -> bool:
        return self in (MigrationPolicy.DOWNGRADE, MigrationPolicy.BIDIRECTIONAL)


@dataclass(slots=True, frozen=True)
class ConsumerGroupConfig:
    """The defaults are Kafka 4.3's."""

    session_timeout_ms: int = 45_000
    """group.consumer.session.timeout.ms; of one group: consumer.session.timeout.ms"""
    heartbeat_interval_ms: int = 5_000
    """group.consumer.heartbeat.interval.ms; of one group: consumer.heartbeat.interval.ms"""
    is_heartbeat_interval_set: bool = False
    """Did anybody ask for it (see interval.py)?"""
    assignment_interval_ms: int = 1_000
    """group.consumer.assignment.interval.ms; of one group: consumer.assignment.interval.ms. A new
    target assignment is computed at most this often."""
    is_assignment_interval_set: bool = False
    """Did anybody ask for it (see interval.py)?"""
    max_size: int = 2**31 - 1
    """group.consumer.max.size, in members"""
    regex_refresh_interval_ms: int = 600_000
    """group.consumer.regex.refresh.interval.ms"""
    assignors: tuple[str, ...] = ("uniform", "range")
    """group.consumer.assignors; the first one is the default"""
    migration_policy: MigrationPolicy = MigrationPolicy.BIDIRECTIONAL
    """group.consumer.migration.policy"""

    bounds: tuple[tuple[str, int, int], ...] = ()
    """Field, lowest and highest value of one group: group.consumer.min.…, group.consumer.max.…"""

    def with_overrides(self, configs: Mapping[str, str]) -> ConsumerGroupConfig:
        """With what was set for one group. A value that is out of bounds, because they were changed
        by a restart since, counts as the nearest that is not."""
        changes = {field: int(configs[name]) for name, field in _OVERRIDES if name in configs}
        for field, low, high in self.bounds:
            if field in changes:
                changes[field] = max(low, min(changes[field], high))
        for field in ("heartbeat_interval_ms", "assignment_interval_ms"):
            if field in changes:
                changes[f"is_{field.removesuffix('_ms')}_set"] = True
        return replace(self, **changes) if changes else self  # type: ignore[arg-type]  # each fits


_OVERRIDES = (
    ("consumer.session.timeout.ms", "session_timeout_ms"),
    ("consumer.heartbeat.interval.ms", "heartbeat_interval_ms"),
    ("consumer.assignment.interval.ms", "assignment_interval_ms"),
)
