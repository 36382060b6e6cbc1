"""The topics that this broker serves, opened, configured and closed as the metadata say.

At the start the partitions of all topics are opened before any coordinator is loaded: a transaction
that was being ended has markers to write in any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from wirekafka.config.topic import topic_config
from wirekafka.coordinators import Coordinators
from wirekafka.metadata.image import ImageDelta, MetadataImage, TopicImage
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.partition.log_configs import log_config
from wirekafka.partition.partitions import TopicConfigs

if TYPE_CHECKING:
    from wirekafka.broker import Broker


class ServedTopics:
    """The topics of one broker."""

    def __init__(self, broker: Broker, coordinators: Coordinators) -> None:
        self._broker = broker
        self._coordinators = coordinators

    def start(self, image: MetadataImage) -> None:
        """Serve what there is."""
        configs_of = topic_configs_now(self._broker)
        for topic in image.topics.values():
            self._open_partitions(topic, configs_of(topic.configs), is_new=False)
        for topic in image.topics.values():
            self._load_coordinators(topic)

    def follow(self, image: MetadataImage, delta: ImageDelta) -> None:
        """What changed, after broker.config was renewed."""
        if any(kind is ConfigResourceType.BROKER for kind, _ in delta.configs):
            configs_of = topic_configs_now(self._broker)
            for topic in image.topics.values():
                self._broker.partitions.configure_topic(topic.topic_id, configs_of(topic.configs))
        self._coordinators.topics_deleted(delta.deleted)
        for topic in delta.deleted:
            self._broker.partitions.delete_topic(topic.topic_id)
        for topic in delta.created:
            self._open(topic)
        for old, new in delta.changed:
            self._open(new)
            if old.configs != new.configs:
                configs = topic_configs(self._broker, new.configs)
                self._broker.partitions.configure_topic(new.topic_id, configs)

    def _open(self, topic: TopicImage) -> None:
        self._open_partitions(topic, topic_configs(self._broker, topic.configs), is_new=True)
        self._load_coordinators(topic)

    def _open_partitions(self, topic: TopicImage, configs: TopicConfigs, *, is_new: bool) -> None:
        self._broker.partitions.open_topic(
            topic.name,
            topic.topic_id,
            configs,
            self._leader_epochs(topic),
            internal=topic.internal,
            is_new=is_new,
        )

    def _load_coordinators(self, topic: TopicImage) -> None:
        self._coordinators.load(topic.name, self._leader_epochs(topic))

    def _leader_epochs(self, topic: TopicImage) -> dict[int, int]:
        """Of the partitions that this broker leads, by number."""
        return {
            index: partition.leader_epoch
            for index, partition in enumerate(topic.partitions)
            if partition.leader == self._broker.node_id
        }


def topic_configs(broker: Broker, overrides: Mapping[str, str]) -> TopicConfigs:
    """What is in effect for a topic with these configs of its own."""
    topic = topic_config(broker.layers, dict(overrides))
    return TopicConfigs(topic, log_config(topic, broker.config))


def topic_configs_now(broker: Broker) -> Callable[[Mapping[str, str]], TopicConfigs]:
    """`topic_configs` for many topics at one moment: most of them have the same."""
    known: dict[tuple[tuple[str, str], ...], TopicConfigs] = {}

    def of(overrides: Mapping[str, str]) -> TopicConfigs:
        key = tuple(sorted(overrides.items()))
        found = known.get(key)
        if found is None:
            found = known[key] = topic_configs(broker, overrides)
        return found

    return of
