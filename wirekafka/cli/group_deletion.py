"""`wirekafka consumer-groups --delete` and `--delete-offsets`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.delete_groups import DeleteGroupsRequest, DeleteGroupsResponse
from wirekafka_protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
    OffsetDeleteResponse,
)

from wirekafka.cli.group_partitions import parse_topics
from wirekafka.cli.output import CommandError, print_json
from wirekafka.cli.wire.cluster import GROUP, Cluster, TopicPartition
from wirekafka.cli.wire.fault_texts import exception_text, fault

if TYPE_CHECKING:
    import argparse

_EVERY_PARTITION = -1
_UNKNOWN_TOPIC = int(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)


def delete_groups(cluster: Cluster, options: argparse.Namespace, groups: Sequence[str]) -> int:
    """Delete groups; those that cannot be are named at the end."""
    codes = {}
    for group in groups:
        answer = cluster.ask_coordinator(
            GROUP, group, DeleteGroupsRequest([group]), DeleteGroupsResponse,
            lambda answer: answer.results[0].error_code,
        )  # fmt: skip
        codes[group] = answer.results[0].error_code
    done = ", ".join(f"'{group}'" for group in groups if not codes[group])
    failed = {group: exception_text(code) for group, code in codes.items() if code}
    if options.json:
        print_json({group: failed.get(group) for group in groups})
    elif not failed:
        print(f"Deletion of requested consumer groups ({done}) was successful.")
    elif done:
        print(f"These consumer groups were deleted successfully: {done}")
    if failed:
        reasons = "; ".join(
            f"Group '{group}' could not be deleted due to: {reason}"
            for group, reason in failed.items()
        )
        raise CommandError(f"Deletion of some consumer groups failed: {reasons}")
    return 0


def delete_offsets(cluster: Cluster, options: argparse.Namespace, groups: Sequence[str]) -> int:
    """Delete offsets of topics or partitions that one group committed."""
    if len(groups) != 1:
        raise CommandError("--delete-offsets supports one consumer group at the time")
    (group,) = groups
    wanted = parse_topics(options.topic)
    known = cluster.topics({topic for topic, indexes in wanted if indexes is None})
    codes: dict[TopicPartition, int] = {}
    partitions: list[TopicPartition] = []
    for topic, indexes in wanted:
        if indexes is None and topic not in known:
            codes[TopicPartition(topic, _EVERY_PARTITION)] = _UNKNOWN_TOPIC
        else:
            every = known[topic].partitions if indexes is None else indexes
            partitions += [TopicPartition(topic, index) for index in every]
    top_level = _delete(cluster, group, partitions, codes)
    if options.json:
        rows = [
            {"topic": one.topic, "partition": one.partition if one.partition >= 0 else None,
             "error": exception_text(code) if code else None}
            for one, code in sorted(codes.items())
        ]  # fmt: skip
        print_json({"group": group, "offsets": rows})
    else:
        if not top_level and not any(codes[one] for one in partitions):
            print(f"Request succeeded for deleting offsets from group {group}.")
        width = max([15, *(len(one.topic) for one in codes)])
        print(f"\n{'TOPIC':<{width}} {'PARTITION':<10} {'STATUS':<15}")
        for one, code in sorted(codes.items()):
            index = str(one.partition) if one.partition >= 0 else "-"
            status = f"Error: {exception_text(code)}" if code else "Successful"
            print(f"{one.topic:<{width}} {index:<10} {status:<15}")
    if top_level:
        raise CommandError(fault(top_level))
    if any(codes.values()):
        raise CommandError("Encountered some partition-level error, see the follow-up details.")
    return 0


def _delete(
    cluster: Cluster,
    group: str,
    partitions: Sequence[TopicPartition],
    codes: dict[TopicPartition, int],
) -> int:
    """Send the request and note the code of each partition; returns that of the whole group."""
    topics: dict[str, list[OffsetDeleteRequestPartition]] = {}
    for one in partitions:
        topics.setdefault(one.topic, []).append(OffsetDeleteRequestPartition(one.partition))
    request = OffsetDeleteRequest(
        group, [OffsetDeleteRequestTopic(name, rows) for name, rows in topics.items()]
    )
    answer = cluster.ask_coordinator(
        GROUP, group, request, OffsetDeleteResponse, lambda answer: answer.error_code
    )
    for one in partitions:
        codes[one] = answer.error_code
    for topic in answer.topics:
        for row in topic.partitions:
            codes[TopicPartition(topic.name, row.partition_index)] = row.error_code
    return answer.error_code
