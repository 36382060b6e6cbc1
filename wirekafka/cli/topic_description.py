"""Topics as `wirekafka topics --describe` shows them: partitions, moves under way, set configs.

Brokers since Kafka 3.7 tell of eligible leaders, page by page (DescribeTopicPartitions, KIP-966);
of older ones the metadata are asked for. Topics come sorted by name, where Java's tool has none.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResponse,
)
from wirekafka_protocol.messages.describe_topic_partitions import (
    DescribeTopicPartitionsRequest,
    DescribeTopicPartitionsResponse,
    TopicRequest,
)
from wirekafka_protocol.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
    OngoingPartitionReassignment,
)
from wirekafka_protocol.uuids import ZERO_UUID, uuid_text

from wirekafka.cli.config_resources import TOPIC
from wirekafka.cli.output import CommandError, print_json
from wirekafka.cli.wire.cluster import Cluster, TopicPartition
from wirekafka.cli.wire.fault_texts import fault

REPORTS = (
    "under_replicated_partitions", "unavailable_partitions", "under_min_isr_partitions",
    "at_min_isr_partitions",
)  # fmt: skip
"""The options that choose partitions by their state; then no topic has a line of its own."""

_PARTITIONS_PER_ANSWER = 2000
_DEFAULT_CONFIG = 5
_MIN_ISR = "min.insync.replicas"
_GONE = frozenset({ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.UNKNOWN_TOPIC_ID})


@dataclass(slots=True)
class PartitionRow:
    """One partition; eligible leaders are None where the broker does not tell of them."""

    partition: int
    leader: int
    replicas: list[int]
    isr: list[int]
    elr: list[int] | None = None
    last_known_elr: list[int] | None = None
    adding: list[int] | None = None
    removing: list[int] | None = None

    @property
    def replication_factor(self) -> int:
        """How many replicas there are but those that a move adds for a while."""
        return len(self.replicas) - len(self.adding or ())


@dataclass(slots=True)
class TopicRow:
    """One topic. `configs` are those that are set; `min_isr` also where it is not."""

    name: str
    topic_id: bytes
    is_internal: bool
    partitions: list[PartitionRow]
    configs: dict[str, str | None]
    min_isr: int = 1


def describe_topics(cluster: Cluster, options: argparse.Namespace, names: Sequence[str]) -> int:
    """Print the topics of these names."""
    limit = options.partition_size_limit_per_response or _PARTITIONS_PER_ANSWER
    topics = _read(cluster, names, limit) if names else []
    _add_configs(cluster, topics)
    _add_moves(cluster, topics)
    report = next((one for one in REPORTS if getattr(options, one)), None)
    if report is not None:
        for topic in topics:
            topic.partitions = [
                one for one in topic.partitions if _is_reported(report, topic, one, cluster)
            ]
        topics = [topic for topic in topics if topic.partitions]
    elif options.topics_with_overrides:
        topics = [topic for topic in topics if topic.configs]
    if options.json:
        print_json([_plain(topic) for topic in topics])
        return 0
    for topic in topics:
        if report is None:
            print(_topic_line(topic))
        if not options.topics_with_overrides:
            for partition in topic.partitions:
                print(_partition_line(topic.name, partition))
    return 0


def _read(cluster: Cluster, names: Sequence[str], limit: int) -> list[TopicRow]:
    if not cluster.any().supports(ApiKey.DESCRIBE_TOPIC_PARTITIONS):
        return _read_metadata(cluster, names)
    found: dict[str, TopicRow] = {}
    request = DescribeTopicPartitionsRequest([TopicRequest(name) for name in sorted(names)], limit)
    while True:
        answer = cluster.ask(request, DescribeTopicPartitionsResponse)
        for topic in answer.topics:
            name = topic.name or ""
            if topic.error_code in _GONE:
                continue  # deleted since it was listed
            if topic.error_code:
                raise CommandError(f"topic {name}: {fault(topic.error_code)}")
            row = found.setdefault(name, TopicRow(name, topic.topic_id, topic.is_internal, [], {}))
            row.partitions += [
                PartitionRow(
                    one.partition_index, one.leader_id, one.replica_nodes, one.isr_nodes,
                    one.eligible_leader_replicas or [], one.last_known_elr or [],
                )
                for one in topic.partitions
            ]  # fmt: skip
        if answer.next_cursor is None:
            return _sorted(found.values())
        at = answer.next_cursor
        before = request.cursor
        if before is not None and (at.topic_name, at.partition_index) <= (
            before.topic_name, before.partition_index
        ):  # fmt: skip
            raise CommandError(f"the broker's pages of topics do not go on after {at.topic_name}")
        request.topics = [one for one in request.topics if one.name >= at.topic_name]
        request.cursor = at


def _read_metadata(cluster: Cluster, names: Sequence[str]) -> list[TopicRow]:
    found = []
    for topic in cluster.metadata(names).topics:
        if topic.error_code in _GONE:
            continue
        if topic.error_code and topic.error_code != ErrorCode.LEADER_NOT_AVAILABLE:
            raise CommandError(f"topic {topic.name}: {fault(topic.error_code)}")
        rows = [
            PartitionRow(one.partition_index, one.leader_id, one.replica_nodes, one.isr_nodes)
            for one in topic.partitions
        ]
        found.append(TopicRow(topic.name or "", topic.topic_id, topic.is_internal, rows, {}))
    return _sorted(found)


def _sorted(topics: Any) -> list[TopicRow]:
    for topic in topics:
        topic.partitions.sort(key=lambda one: one.partition)
    return sorted(topics, key=lambda topic: str(topic.name))


def _add_configs(cluster: Cluster, topics: Sequence[TopicRow]) -> None:
    if not topics:
        return
    resources = [DescribeConfigsResource(TOPIC, topic.name, None) for topic in topics]
    answer = cluster.ask(DescribeConfigsRequest(resources, False, False), DescribeConfigsResponse)
    by_name = {topic.name: topic for topic in topics}
    for result in answer.results:
        if result.error_code in _GONE:
            continue
        if result.error_code:
            reason = fault(result.error_code, result.error_message)
            raise CommandError(f"topic {result.resource_name}: {reason}")
        topic = by_name[result.resource_name]
        for row in result.configs:
            if row.config_source != _DEFAULT_CONFIG:
                topic.configs[row.name] = row.value
            if row.name == _MIN_ISR and row.value is not None:
                topic.min_isr = int(row.value)


def _add_moves(cluster: Cluster, topics: Sequence[TopicRow]) -> None:
    """Replicas on their way; who may not ask for them, or has an old broker, sees none."""
    if not topics or not cluster.any().supports(ApiKey.LIST_PARTITION_REASSIGNMENTS):
        return
    answer = cluster.ask(ListPartitionReassignmentsRequest(), ListPartitionReassignmentsResponse)
    moves: dict[TopicPartition, OngoingPartitionReassignment] = {
        TopicPartition(topic.name, one.partition_index): one
        for topic in answer.topics
        for one in topic.partitions
    }
    for row in topics:
        for partition in row.partitions:
            move = moves.get(TopicPartition(row.name, partition.partition))
            if move is not None:
                partition.adding = move.adding_replicas
                partition.removing = move.removing_replicas


def _is_reported(report: str, topic: TopicRow, one: PartitionRow, cluster: Cluster) -> bool:
    match report:
        case "under_replicated_partitions":
            return one.replication_factor > len(one.isr)
        case "unavailable_partitions":
            return one.leader not in cluster.nodes
        case "under_min_isr_partitions":
            return one.leader < 0 or len(one.isr) < topic.min_isr
        case _:
            return len(one.isr) == topic.min_isr


def _topic_line(topic: TopicRow) -> str:
    configs = ",".join(f"{name}={value}" for name, value in sorted(topic.configs.items()))
    topic_id = "" if topic.topic_id == ZERO_UUID else f"\tTopicId: {uuid_text(topic.topic_id)}"
    factor = topic.partitions[0].replication_factor if topic.partitions else 0
    return (
        f"Topic: {topic.name}{topic_id}\tPartitionCount: {len(topic.partitions)}"
        f"\tReplicationFactor: {factor}\tConfigs: {configs}"
    )


def _partition_line(name: str, one: PartitionRow) -> str:
    leader = "none" if one.leader < 0 else one.leader
    line = (
        f"\tTopic: {name}\tPartition: {one.partition}\tLeader: {leader}"
        f"\tReplicas: {_listed(one.replicas)}\tIsr: {_listed(one.isr)}"
    )
    if one.adding is not None:
        line += f"\tAdding Replicas: {_listed(one.adding)}"
        line += f"\tRemoving Replicas: {_listed(one.removing)}"
    return line + f"\tElr: {_listed(one.elr)}\tLastKnownElr: {_listed(one.last_known_elr)}"


def _listed(brokers: Sequence[int] | None) -> str:
    return "N/A" if brokers is None else ",".join(map(str, brokers))


def _plain(topic: TopicRow) -> dict[str, object]:
    rows = []
    for one in topic.partitions:
        row: dict[str, object] = {
            "partition": one.partition,
            "leader": one.leader,
            "replicas": one.replicas,
            "isr": one.isr,
            "elr": one.elr,
            "last_known_elr": one.last_known_elr,
        }
        if one.adding is not None:
            row |= {"adding_replicas": one.adding, "removing_replicas": one.removing}
        rows.append(row)
    return {
        "topic": topic.name,
        "topic_id": uuid_text(topic.topic_id),
        "replication_factor": topic.partitions[0].replication_factor if topic.partitions else 0,
        "internal": topic.is_internal,
        "configs": dict(sorted(topic.configs.items())),
        "partitions": rows,
    }
