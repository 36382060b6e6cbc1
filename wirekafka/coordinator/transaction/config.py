"""What an operator can set about transactions, under Kafka's names, with units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class TransactionConfig:
    """The defaults are Kafka 4.3's."""

    transactional_id_expiration_ms: int = 7 * 24 * 3_600_000
    """transactional.id.expiration.ms"""
    remove_expired_interval_ms: int = 3_600_000
    """transaction.remove.expired.transaction.cleanup.interval.ms"""
    abort_timed_out_interval_ms: int = 10_000
    """transaction.abort.timed.out.transaction.cleanup.interval.ms"""
