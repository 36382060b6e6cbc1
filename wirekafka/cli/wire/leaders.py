"""Who leads the partitions of the topics that a producer writes to."""

from __future__ import annotations

import time

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.cluster import Cluster, TopicPartition
from wirekafka.cli.wire.connection import ConnectionLost
from wirekafka.cli.wire.fault_texts import fault

_PAUSE_S = 0.05


class Leaders:
    """What is known of them; asked for again after `max_age_s`. Not for several threads."""

    def __init__(self, cluster: Cluster, *, max_block_s: float, max_age_s: float) -> None:
        self.old_at_s = time.monotonic() + max_age_s
        """When what is known should be asked for again."""
        self._cluster = cluster
        self._max_block_s = max_block_s
        self._max_age_s = max_age_s
        self._topics: dict[str, dict[int, int]] = {}

    def of(self, topic: str) -> dict[int, int]:
        """The leader of each partition, once all have one; the topic may be created by asking.
        Raises CommandError when that takes longer than max.block.ms."""
        known = self._topics.get(topic)
        if known is None:
            known = self._topics[topic] = self._find(topic)
        return known

    def leader(self, one: TopicPartition) -> int:
        """Of a partition whose topic is known."""
        return self._topics[one.topic][one.partition]

    def follow(self) -> bool:
        """Ask whoever answers where the partitions are now; whether somebody did."""
        self.old_at_s = time.monotonic() + self._max_age_s
        wanted = [MetadataRequestTopic(name=topic) for topic in self._topics]
        for node in [*self._cluster.nodes.values()]:
            try:
                connection = self._cluster.connect(node.host, node.port)
            except ConnectionLost:
                continue
            try:
                found = connection.ask(MetadataRequest(wanted, False), MetadataResponse)
            except ConnectionLost:
                continue
            finally:
                connection.close()
            self._cluster.learn(found)
            for topic in found.topics:
                known = self._topics[topic.name or ""]
                leaders = {one.partition_index: one.leader_id for one in topic.partitions}
                known.update((index, one) for index, one in leaders.items() if one >= 0)
            return True
        return False

    def _find(self, topic: str) -> dict[int, int]:
        deadline = time.monotonic() + self._max_block_s
        request = MetadataRequest([MetadataRequestTopic(name=topic)], True)
        while True:
            (found,) = self._cluster.ask(request, MetadataResponse).topics
            leaders = {one.partition_index: one.leader_id for one in found.partitions}
            if leaders and not found.error_code and min(leaders.values()) >= 0:
                return leaders
            if found.error_code == ErrorCode.INVALID_TOPIC_EXCEPTION:
                raise CommandError(f"topic {topic}: {fault(found.error_code)}")
            if time.monotonic() >= deadline:
                waited = int(self._max_block_s * 1000)
                raise CommandError(f"Topic {topic} not present in metadata after {waited} ms.")
            time.sleep(_PAUSE_S)
