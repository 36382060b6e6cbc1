"""Groups as the brokers know them: listed from every broker, described by their coordinators.

A group of the consumer protocol (KIP-848) and a classic one are described by different APIs; which
one is right is found by asking, the newer first, as Java's admin client does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.codec import decode
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.messages.consumer_group_describe import (
    Assignment,
    ConsumerGroupDescribeRequest,
    ConsumerGroupDescribeResponse,
)
from wirekafka_protocol.messages.consumer_group_describe import (
    DescribedGroup as DescribedConsumerGroup,
)
from wirekafka_protocol.messages.consumer_protocol import ConsumerProtocolAssignment
from wirekafka_protocol.messages.describe_groups import (
    DescribedGroup,
    DescribeGroupsRequest,
    DescribeGroupsResponse,
)
from wirekafka_protocol.messages.list_groups import ListGroupsRequest, ListGroupsResponse

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.cluster import GROUP, Cluster, Node, TopicPartition
from wirekafka.cli.wire.fault_texts import fault

_CLASSIC_MEMBER = 0  # member_type of ConsumerGroupDescribe 1: a classic member being upgraded
_TYPES = {"classic": "Classic", "consumer": "Consumer", "share": "Share", "streams": "Streams"}


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """A line of ListGroups; `kind` is the type as the tools print it."""

    group_id: str
    kind: str
    protocol: str
    state: str


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A member; epochs and target are None in classic groups, `is_upgraded` where unknown."""

    member_id: str
    instance_id: str | None
    client_id: str
    host: str
    assigned: tuple[TopicPartition, ...]
    epoch: int | None = None
    target: tuple[TopicPartition, ...] | None = None
    is_upgraded: bool | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A described group; epochs are None in classic ones."""

    group_id: str
    kind: str
    state: str
    assignor: str
    coordinator: Node
    members: tuple[GroupMember, ...] = field(default=())
    group_epoch: int | None = None
    assignment_epoch: int | None = None


def list_groups(
    cluster: Cluster, *, states: Iterable[str] = (), kinds: Iterable[str] = ()
) -> list[ListedGroup]:
    """The groups of all brokers by their ids, of these states and types or of any."""
    found: dict[str, ListedGroup] = {}
    request = ListGroupsRequest(list(states), list(kinds))
    for node_id in cluster.nodes:
        node = cluster.node(node_id)
        answer = cluster.until_settled(
            lambda node=node: node.ask(request, ListGroupsResponse),  # type: ignore[misc]
            lambda answer: answer.error_code,
        )
        if answer.error_code:
            raise CommandError(fault(answer.error_code))
        for row in answer.groups:
            kind = _TYPES.get(row.group_type.lower(), "Unknown")
            found[row.group_id] = ListedGroup(
                row.group_id, kind, row.protocol_type, row.group_state or "Unknown"
            )
    return [found[group_id] for group_id in sorted(found)]


def list_consumer_groups(
    cluster: Cluster, *, states: Iterable[str] = (), kinds: Iterable[str] = ()
) -> list[ListedGroup]:
    """The groups of consumers: of type consumer, or classic with the consumers' protocol or none.

    Groups without a protocol hold offsets that were committed without joining.
    """
    return [
        group
        for group in list_groups(cluster, states=states, kinds=kinds)
        if group.kind == "Consumer"
        or (group.kind in ("Classic", "Unknown") and group.protocol in ("consumer", ""))
    ]


def describe_group(cluster: Cluster, group_id: str) -> Group:
    """A group of consumers; raises CommandError for one that is not known."""
    coordinator = cluster.coordinator(GROUP, group_id)
    if cluster.node(coordinator).supports(ApiKey.CONSUMER_GROUP_DESCRIBE):
        answer = cluster.ask_coordinator(
            GROUP, group_id,
            ConsumerGroupDescribeRequest([group_id], False), ConsumerGroupDescribeResponse,
            lambda answer: answer.groups[0].error_code,
        )  # fmt: skip
        (described,) = answer.groups
        if not described.error_code:
            return _consumer_group(described, cluster.nodes[coordinator])
        if described.error_code not in (
            ErrorCode.GROUP_ID_NOT_FOUND, ErrorCode.UNSUPPORTED_VERSION
        ):  # fmt: skip
            raise CommandError(fault(described.error_code, described.error_message))
    classic_answer = cluster.ask_coordinator(
        GROUP, group_id,
        DescribeGroupsRequest([group_id], False), DescribeGroupsResponse,
        lambda answer: answer.groups[0].error_code,
    )  # fmt: skip
    (row,) = classic_answer.groups
    if row.error_code == ErrorCode.GROUP_ID_NOT_FOUND or row.group_state == "Dead":
        raise CommandError(f"Group {group_id} not found.")
    if row.error_code:
        raise CommandError(fault(row.error_code, row.error_message))
    if row.protocol_type not in ("consumer", ""):
        raise CommandError(f"GroupId {group_id} is not a consumer group ({row.protocol_type}).")
    return _classic_group(row, cluster.nodes[coordinator])


def group_state(cluster: Cluster, group_id: str) -> str:
    """The state of a group, "Dead" for one that is not known."""
    try:
        return describe_group(cluster, group_id).state
    except CommandError as error:
        if str(error) == f"Group {group_id} not found.":
            return "Dead"
        raise


def by_topic(partitions: Iterable[TopicPartition]) -> Mapping[str, list[int]]:
    """The numbers of partitions by their topic, both sorted."""
    found: dict[str, list[int]] = {}
    for one in sorted(partitions):
        found.setdefault(one.topic, []).append(one.partition)
    return found


def _consumer_group(row: DescribedConsumerGroup, coordinator: Node) -> Group:
    members = tuple(
        GroupMember(
            member.member_id,
            member.instance_id,
            member.client_id,
            member.client_host,
            _assigned(member.assignment),
            member.member_epoch,
            _assigned(member.target_assignment),
            None if member.member_type < 0 else member.member_type != _CLASSIC_MEMBER,
        )
        for member in row.members
    )
    return Group(
        row.group_id, "Consumer", row.group_state, row.assignor_name, coordinator,
        members, row.group_epoch, row.assignment_epoch,
    )  # fmt: skip


def _assigned(assignment: Assignment) -> tuple[TopicPartition, ...]:
    return tuple(
        sorted(
            TopicPartition(topic.topic_name, index)
            for topic in assignment.topic_partitions
            for index in topic.partitions
        )
    )


def _classic_group(row: DescribedGroup, coordinator: Node) -> Group:
    members = tuple(
        GroupMember(
            member.member_id,
            member.group_instance_id,
            member.client_id,
            member.client_host,
            _decoded(bytes(member.member_assignment)),
        )
        for member in row.members
    )
    return Group(row.group_id, "Classic", row.group_state, row.protocol_data, coordinator, members)


def _decoded(assignment: bytes) -> tuple[TopicPartition, ...]:
    """A member without an assignment has no bytes; those of other protocols are not read."""
    if len(assignment) < 2:
        return ()
    version = int.from_bytes(assignment[:2], "big", signed=True)
    known = ConsumerProtocolAssignment.VERSIONS
    try:
        message = decode(
            ConsumerProtocolAssignment, max(known.first, min(version, known.last)), assignment[2:]
        )
    except ProtocolError:
        return ()
    return tuple(
        sorted(
            TopicPartition(topic.topic, index)
            for topic in message.assigned_partitions
            for index in topic.partitions
        )
    )
