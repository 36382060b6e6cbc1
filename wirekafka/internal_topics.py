"""The topics that the broker makes for itself, with the configs that Kafka gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka.metadata.topics import NewTopic

if TYPE_CHECKING:
    from wirekafka.broker import Broker

OFFSETS_TOPIC = "__consumer_offsets"


def internal_topic(broker: Broker, name: str) -> NewTopic | None:
    """How an internal topic is created; None for every other name."""
    if name != OFFSETS_TOPIC:
        return None
    config = broker.config
    return NewTopic(
        OFFSETS_TOPIC,
        num_partitions=config.offsets_topic_num_partitions,
        # Kafka refuses for ever while there are fewer brokers than the configured replicas.
        replication_factor=min(
            config.offsets_topic_replication_factor, len(broker.image.brokers)
        ),
        configs={
            "cleanup.policy": "compact",
            "compression.type": "producer",
            "segment.bytes": str(config.offsets_topic_segment_bytes),
        },
    )
