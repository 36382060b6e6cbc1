"""The topics that the broker makes for itself, with the configs that Kafka gives them, and where in
them a coordinator keeps what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka.coordinator.java_hash import partition_for
from wirekafka.metadata.topics import NewTopic

if TYPE_CHECKING:
    from wirekafka.broker import Broker

OFFSETS_TOPIC = "__consumer_offsets"
TRANSACTION_TOPIC = "__transaction_state"


def internal_topic(broker: Broker, name: str) -> NewTopic | None:
    """How an internal topic is created; None for every other name."""
    if name == OFFSETS_TOPIC:
        return _offsets_topic(broker)
    if name == TRANSACTION_TOPIC:
        return _transaction_topic(broker)
    return None


def coordinator_partition(broker: Broker, name: str, key: str) -> int:
    """The partition of the internal topic that keeps `key` (a group id, a transactional id)."""
    existing = broker.image.topics.get(name)
    if existing is not None:
        return partition_for(key, len(existing.partitions))
    planned = internal_topic(broker, name)
    assert planned is not None, name
    return partition_for(key, planned.num_partitions)


def _offsets_topic(broker: Broker) -> NewTopic:
    config = broker.config
    return NewTopic(
        OFFSETS_TOPIC,
        num_partitions=config.offsets_topic_num_partitions,
        replication_factor=_replicas(broker, config.offsets_topic_replication_factor),
        configs={
            "cleanup.policy": "compact",
            "compression.type": "producer",
            "segment.bytes": str(config.offsets_topic_segment_bytes),
        },
    )


def _transaction_topic(broker: Broker) -> NewTopic:
    config = broker.config
    replicas = _replicas(broker, config.transaction_state_log_replication_factor)
    return NewTopic(
        TRANSACTION_TOPIC,
        num_partitions=config.transaction_state_log_num_partitions,
        replication_factor=replicas,
        configs={
            "cleanup.policy": "compact",
            "compression.type": "uncompressed",
            "min.insync.replicas": str(min(config.transaction_state_log_min_isr, replicas)),
            "segment.bytes": str(config.transaction_state_log_segment_bytes),
            "unclean.leader.election.enable": "false",
        },
    )


def _replicas(broker: Broker, configured: int) -> int:
    """Kafka refuses for ever while there are fewer brokers than the configured replicas."""
    return min(configured, len(broker.image.brokers))
