"""The coordinators of a broker, made from its config: a runtime for each internal topic.

A transaction coordinator decides that a transaction ends; `TransactionMarkers` has that written
into the partitions, those of `__consumer_offsets` by the coordinators of groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from wirekafka_protocol.records.batch import NO_SEQUENCE

from wirekafka.clock import Clock
from wirekafka.config.views import BrokerConfig
from wirekafka.coordinator.consumer_group.cluster import Cluster, ClusterChange
from wirekafka.coordinator.consumer_group.config import ConsumerGroupConfig, MigrationPolicy
from wirekafka.coordinator.group import records as group_records
from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.shard import GroupCoordinatorShard
from wirekafka.coordinator.runtime import CoordinatorRuntime, OnEffect
from wirekafka.coordinator.transaction import records as transaction_records
from wirekafka.coordinator.transaction.config import TransactionConfig
from wirekafka.coordinator.transaction.new_producer_id import NextProducerId
from wirekafka.coordinator.transaction.requests import MarkersWritten
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard
from wirekafka.image_cluster import ImageCluster
from wirekafka.internal_topics import OFFSETS_TOPIC, TRANSACTION_TOPIC
from wirekafka.metadata.image import ImageDelta, MetadataImage, TopicImage
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.partition.partitions import Partitions
from wirekafka.partition.record_log import PartitionLog
from wirekafka.random_ids import random_uuid_text
from wirekafka.transaction_markers import TransactionMarkers

GroupCoordinators = CoordinatorRuntime[GroupCoordinatorShard]
TransactionCoordinators = CoordinatorRuntime[TransactionCoordinatorShard]


class Coordinators:
    """All of them. `image` gives the metadata as of now, `wake_soon` has those woken who wait for
    what was committed."""

    def __init__(
        self,
        config: BrokerConfig,
        clock: Clock,
        partitions: Partitions,
        *,
        next_producer_id: NextProducerId,
        image: Callable[[], MetadataImage],
        wake_soon: Callable[[], object],
    ) -> None:
        self._partitions = partitions
        self._image = image
        self._wake_soon = wake_soon
        self._config = config
        self.groups = group_coordinators(
            config,
            clock,
            cluster=lambda: ImageCluster(self._image()),
            consumer_config=lambda: consumer_group_config(self._config),
        )
        self.markers = TransactionMarkers(
            clock=clock,
            partitions=partitions,
            groups=self.groups,
            exists=self._exists,
            tell=self._tell_markers_written,
            wake_soon=wake_soon,
        )
        self.transactions = transaction_coordinators(
            config, clock, next_producer_id, self.markers.carry_out
        )
        self._by_topic: Mapping[str, GroupCoordinators | TransactionCoordinators] = {
            OFFSETS_TOPIC: self.groups,
            TRANSACTION_TOPIC: self.transactions,
        }

    def load(self, topic: str, leader_epochs: Mapping[int, int]) -> None:
        """Serve the partitions {index: leader epoch} of the topic, if it is one of theirs."""
        runtime = self._by_topic.get(topic)
        if runtime is None:
            return
        for index, leader_epoch in leader_epochs.items():
            partition = self._partitions.get(topic, index)
            if partition is not None:
                log = PartitionLog(
                    self._partitions,
                    partition,
                    self._wake_soon,
                    first_sequence=0 if runtime is self.groups else NO_SEQUENCE,
                )
                runtime.load(index, leader_epoch, log)

    def topics_deleted(self, topics: Iterable[TopicImage]) -> None:
        """Let go of the partitions of those that are theirs, then, in what is left, of the
        offsets that were committed for the others."""
        others = set()
        for topic in topics:
            runtime = self._by_topic.get(topic.name)
            if runtime is not None:
                for index in range(len(topic.partitions)):
                    if runtime is self.transactions:
                        self.markers.forget(index)
                    runtime.unload(index)
            if not topic.internal:
                others.add(topic.name)
        if others:
            self._forget_offsets(others)

    def metadata_changed(self, delta: ImageDelta, config: BrokerConfig) -> None:
        """Tell the coordinators of groups what they have to look at again."""
        is_config_new = consumer_group_config(config) != consumer_group_config(self._config)
        self._config = config
        created = {topic.name for topic in delta.created}
        touched = created.union(
            (topic.name for topic in delta.deleted), (new.name for _, new in delta.changed)
        )
        has_new_racks = bool(delta.brokers)
        has_group_configs = any(kind is ConfigResourceType.GROUP for kind, _ in delta.configs)
        if not (touched or has_new_racks or has_group_configs or is_config_new):
            return
        image = self._image()
        change = ClusterChange(
            ImageCluster(image),
            frozenset(image.topics if has_new_racks else touched),
            frozenset(created),
            consumer_group_config(config) if is_config_new else None,
        )
        for number in self.groups.active_partitions():
            self.groups.tell(number, GroupCoordinatorShard.on_cluster, change)

    def close(self) -> None:
        """Disarm every timer: the broker stops."""
        self.markers.close()
        self.groups.close()
        self.transactions.close()

    def _forget_offsets(self, topics: set[str]) -> None:
        """Offsets committed for a deleted topic must not come back with a new one of its name."""
        for number in self.groups.active_partitions():
            self.groups.tell(number, GroupCoordinatorShard.topics_deleted, topics)

    def _exists(self, topic: str, index: int) -> bool:
        found = self._image().topics.get(topic)
        return found is not None and 0 <= index < len(found.partitions)

    def _tell_markers_written(self, number: int, written: MarkersWritten) -> None:
        self.transactions.tell(number, TransactionCoordinatorShard.markers_written, written)


def consumer_group_config(config: BrokerConfig) -> ConsumerGroupConfig:
    return ConsumerGroupConfig(
        session_timeout_ms=config.group_consumer_session_timeout_ms,
        heartbeat_interval_ms=config.group_consumer_heartbeat_interval_ms,
        is_heartbeat_interval_set=config.group_consumer_heartbeat_interval_is_set,
        assignment_interval_ms=config.group_consumer_assignment_interval_ms,
        is_assignment_interval_set=config.group_consumer_assignment_interval_is_set,
        max_size=config.group_consumer_max_size,
        regex_refresh_interval_ms=config.group_consumer_regex_refresh_interval_ms,
        assignors=config.group_consumer_assignors,
        migration_policy=MigrationPolicy(config.group_consumer_migration_policy),
        bounds=(
            (
                "session_timeout_ms",
                config.group_consumer_min_session_timeout_ms,
                config.group_consumer_max_session_timeout_ms,
            ),
            (
                "heartbeat_interval_ms",
                config.group_consumer_min_heartbeat_interval_ms,
                config.group_consumer_max_heartbeat_interval_ms,
            ),
            (
                "assignment_interval_ms",
                config.group_consumer_min_assignment_interval_ms,
                config.group_consumer_max_assignment_interval_ms,
            ),
        ),
    )


def group_coordinators(
    config: BrokerConfig,
    clock: Clock,
    *,
    cluster: Callable[[], Cluster],
    consumer_config: Callable[[], ConsumerGroupConfig],
) -> GroupCoordinators:
    """Without a partition yet; `cluster` and `consumer_config` give what is when one is loaded."""
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
        new_machine=lambda: GroupCoordinatorShard(
            group_config, _new_member_uuid, consumer_config(), cluster(), random_uuid_text
        ),
        codec=group_records,
    )


def transaction_coordinators(
    config: BrokerConfig, clock: Clock, next_producer_id: NextProducerId, on_effect: OnEffect
) -> TransactionCoordinators:
    """Without a partition yet."""
    transaction_config = TransactionConfig(
        transactional_id_expiration_ms=config.transactional_id_expiration_ms,
        remove_expired_interval_ms=(
            config.transaction_remove_expired_transaction_cleanup_interval_ms
        ),
        abort_timed_out_interval_ms=(
            config.transaction_abort_timed_out_transaction_cleanup_interval_ms
        ),
    )
    return CoordinatorRuntime(
        TRANSACTION_TOPIC,
        clock=clock,
        new_machine=lambda: TransactionCoordinatorShard(transaction_config, next_producer_id),
        codec=transaction_records,
        on_effect=on_effect,
    )


def _new_member_uuid() -> str:
    import uuid  # not at every start: it looks for system libraries

    return str(uuid.uuid4())
