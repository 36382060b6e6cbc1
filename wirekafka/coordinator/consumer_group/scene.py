"""What a decision about a consumer group looks at besides the group: its config, the cluster."""

from __future__ import annotations

from dataclasses import dataclass

from wirekafka.coordinator.consumer_group.cluster import Cluster
from wirekafka.coordinator.consumer_group.config import ConsumerGroupConfig
from wirekafka.coordinator.consumer_group.metadata_hash import MetadataHash


@dataclass(slots=True, frozen=True)
class Scene:
    """`config` is that of the group: with what was set for it alone."""

    config: ConsumerGroupConfig
    cluster: Cluster
    hashes: MetadataHash
    new_topics_version: int
    """The version of the cluster in which topics were last created."""
