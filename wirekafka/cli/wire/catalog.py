"""The topics that a consumer has to do with, as the last metadata had them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.cluster import Cluster, Partition, Topic, TopicPartition
from wirekafka.cli.wire.fault_texts import fault

_MISSING = frozenset({ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.LEADER_NOT_AVAILABLE})


class Catalog:
    """Topics by name and id. `may_create`: asking for a topic by name may make it, as the broker
    decides (allow.auto.create.topics)."""

    def __init__(self, cluster: Cluster, *, may_create: bool) -> None:
        self._cluster = cluster
        self._may_create = may_create
        self._topics: dict[str, Topic] = {}
        self.refreshed_s = 0.0

    def named(self, names: Iterable[str]) -> Mapping[str, Topic]:
        """Those of these names that exist; looks for unknown ones."""
        wanted = frozenset(names)
        if not wanted <= self._topics.keys():
            self.refresh(wanted)
        return {name: self._topics[name] for name in wanted & self._topics.keys()}

    def identified(self, topic_ids: Iterable[bytes]) -> Mapping[bytes, Topic]:
        """Those of these ids that exist; looks for unknown ones, and for the known again: a topic
        may have been made anew under its name."""
        wanted = frozenset(topic_ids)
        found = self._by_id(wanted)
        if len(found) < len(wanted):
            self.refresh(None if not self._topics else self._topics)
            found = self._by_id(wanted)
        if len(found) < len(wanted):
            self.refresh(None)
            found = self._by_id(wanted)
        return found

    def leader(self, one: TopicPartition) -> int:
        """Who leads a partition; below zero if nobody does, or that is not known."""
        topic = self._topics.get(one.topic)
        known = None if topic is None else topic.partitions.get(one.partition)
        return -1 if known is None else known.leader

    def refresh(self, names: Iterable[str] | None) -> None:
        """Ask for these topics, for all for None."""
        wanted = None if names is None else frozenset(names)
        rows = None
        if wanted is not None:
            rows = [MetadataRequestTopic(name=name) for name in sorted(wanted)]
        request = MetadataRequest(rows, self._may_create and rows is not None)
        answer = self._cluster.ask(request, MetadataResponse)
        self._cluster.learn(answer)
        self.refreshed_s = time.monotonic()
        for name in [*self._topics] if wanted is None else wanted:
            self._topics.pop(name, None)
        for row in answer.topics:
            if row.error_code and row.error_code not in _MISSING:
                raise CommandError(f"topic {row.name}: {fault(row.error_code)}")
            if row.name is None or not row.partitions:
                continue
            partitions = {
                one.partition_index: Partition(one.leader_id, tuple(one.replica_nodes))
                for one in row.partitions
            }
            self._topics[row.name] = Topic(row.name, row.topic_id, row.is_internal, partitions)

    @property
    def topics(self) -> Mapping[str, Topic]:
        """All that are known."""
        return self._topics

    def _by_id(self, topic_ids: frozenset[bytes]) -> dict[bytes, Topic]:
        return {one.topic_id: one for one in self._topics.values() if one.topic_id in topic_ids}
