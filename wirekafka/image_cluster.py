"""ImageCluster: the topics and the configs of groups in a metadata image, as coordinators of groups
see them.

A value like the image itself. Racks are told only where brokers have some: on most clusters a
topic of a thousand partitions is as small as one of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wirekafka.coordinator.assignors.spec import TopicSpec
from wirekafka.metadata.image import MetadataImage, TopicImage
from wirekafka.metadata.keys import ConfigResourceType


class ImageCluster:
    """See the module docstring."""

    __slots__ = ("_image", "_racks")

    def __init__(self, image: MetadataImage) -> None:
        self._image = image
        self._racks = {
            broker_id: broker.rack
            for broker_id, broker in image.brokers.items()
            if broker.rack is not None
        }

    @property
    def version(self) -> int:
        return self._image.revision

    def topic(self, name: str) -> TopicSpec | None:
        topic = self._image.topics.get(name)
        if topic is None:
            return None
        return TopicSpec(topic.topic_id, name, len(topic.partitions), self._racks_of(topic))

    def topic_name(self, topic_id: bytes) -> str | None:
        topic = self._image.topics_by_id.get(topic_id)
        return None if topic is None else topic.name

    def topic_names(self) -> Iterable[str]:
        return self._image.topics.keys()

    def group_configs(self, group_id: str) -> Mapping[str, str]:
        return self._image.configs_of(ConfigResourceType.GROUP, group_id)

    def _racks_of(self, topic: TopicImage) -> tuple[frozenset[str], ...]:
        if not self._racks:
            return ()
        racks = self._racks
        return tuple(
            frozenset(racks[replica] for replica in partition.replicas if replica in racks)
            for partition in topic.partitions
        )
