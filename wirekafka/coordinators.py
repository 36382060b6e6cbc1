"""The coordinators of a broker, made from its config: a runtime for each internal topic."""

from __future__ import annotations

from wirekafka.clock import Clock
from wirekafka.config.views import BrokerConfig
from wirekafka.coordinator.group import records as group_records
from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.shard import GroupCoordinatorShard
from wirekafka.coordinator.runtime import CoordinatorRuntime
from wirekafka.coordinator.transaction import records as transaction_records
from wirekafka.coordinator.transaction.config import TransactionConfig
from wirekafka.coordinator.transaction.init_producer_id import NextProducerId
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard
from wirekafka.internal_topics import OFFSETS_TOPIC, TRANSACTION_TOPIC

GroupCoordinators = CoordinatorRuntime[GroupCoordinatorShard]
TransactionCoordinators = CoordinatorRuntime[TransactionCoordinatorShard]


def group_coordinators(config: BrokerConfig, clock: Clock) -> GroupCoordinators:
    """Without a partition yet."""
    group_config = GroupConfig(
        min_session_timeout_ms=config.group_min_session_timeout_ms,
        max_session_timeout_ms=config.group_max_session_timeout_ms,
        initial_rebalance_delay_ms=config.group_initial_rebalance_delay_ms,
        max_size=config.group_max_size,
        offset_metadata_max_bytes=config.offset_metadata_max_bytes,
        offsets_retention_ms=config.offsets_retention_minutes * 60_000,
        offsets_retention_check_interval_ms=config.offsets_retention_check_interval_ms,
    )
    return CoordinatorRuntime(
        OFFSETS_TOPIC,
        clock=clock,
        new_machine=lambda: GroupCoordinatorShard(group_config, _new_member_uuid),
        codec=group_records,
    )


def transaction_coordinators(
    config: BrokerConfig, clock: Clock, next_producer_id: NextProducerId
) -> TransactionCoordinators:
    """Without a partition yet."""
    transaction_config = TransactionConfig(
        transactional_id_expiration_ms=config.transactional_id_expiration_ms,
        remove_expired_interval_ms=(
            config.transaction_remove_expired_transaction_cleanup_interval_ms
        ),
    )
    return CoordinatorRuntime(
        TRANSACTION_TOPIC,
        clock=clock,
        new_machine=lambda: TransactionCoordinatorShard(transaction_config, next_producer_id),
        codec=transaction_records,
    )


def _new_member_uuid() -> str:
    import uuid  # not at every start: it looks for system libraries

    return str(uuid.uuid4())
