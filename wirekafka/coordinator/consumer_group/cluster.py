"""What the machine knows of the cluster: its topics, and the configs of groups.

A value, like a request: whoever drives the machine hands it the next one (`on_cluster`), and says
which topics differ. The real one looks into a metadata image, which never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from wirekafka.coordinator.assignors.spec import TopicSpec
from wirekafka.coordinator.consumer_group.config import ConsumerGroupConfig

_NO_CONFIGS: Mapping[str, str] = MappingProxyType({})


class Cluster(Protocol):
    """Immutable."""

    @property
    def version(self) -> int:
        """Rises with every change."""

    def topic(self, name: str) -> TopicSpec | None:
        """The topic of this name; None if there is none."""

    def topic_name(self, topic_id: bytes) -> str | None:
        """The name of the topic; None if it does not exist any more."""

    def topic_names(self) -> Iterable[str]:
        """Of all topics, internal ones too."""

    def group_configs(self, group_id: str) -> Mapping[str, str]:
        """What was set for this group alone."""


@dataclass(slots=True, frozen=True)
class ClusterChange:
    """The next cluster, and the names of the topics that were created, changed or deleted."""

    cluster: Cluster
    topics: frozenset[str] = frozenset()
    created: frozenset[str] = frozenset()
    """Those that were created, once more."""
    config: ConsumerGroupConfig | None = None
    """What is set for all groups from now on; None: as before."""


@dataclass(slots=True, frozen=True)
class FixedCluster:
    """A cluster in two dicts: of no topics for a machine that is told later, and for tests."""

    topics: Mapping[str, TopicSpec] = field(default_factory=dict)
    configs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    version: int = 0

    def topic(self, name: str) -> TopicSpec | None:
        return self.topics.get(name)

    def topic_name(self, topic_id: bytes) -> str | None:
        return next((t.name for t in self.topics.values() if t.topic_id == topic_id), None)

    def topic_names(self) -> Iterable[str]:
        return self.topics.keys()

    def group_configs(self, group_id: str) -> Mapping[str, str]:
        return self.configs.get(group_id, _NO_CONFIGS)
