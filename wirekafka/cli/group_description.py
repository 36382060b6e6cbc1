"""`wirekafka consumer-groups --describe`: offsets and lag, members, states.

Every table is preceded by an empty line, and its columns are as wide as Kafka's: a least width, and
more where an id is longer. Remarks about a group go to standard error.
Source: the output of `ConsumerGroupCommand` in 4.3.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from wirekafka.cli.groups_of_brokers import Group, GroupMember, by_topic, describe_group
from wirekafka.cli.output import note, print_json, progress
from wirekafka.cli.wire.cluster import Cluster, TopicPartition
from wirekafka.cli.wire.offsets import LATEST, Committed, committed_offsets, list_offsets

if TYPE_CHECKING:
    import argparse

_NONE = "-"
_REBALANCING = ("PreparingRebalance", "CompletingRebalance", "Assigning", "Reconciling")

Row = dict[str, object]


def describe_offsets(cluster: Cluster, options: argparse.Namespace, groups: Sequence[str]) -> int:
    """Committed offsets, ends of the logs and who reads them."""
    documents = []
    with progress(total=len(groups), unit="group", quiet=options.json) as bar:
        for name in groups:
            group = describe_group(cluster, name)
            documents.append((group, _offset_rows(cluster, group)))
            bar.update(1)
    if options.json:
        print_json([_document(group) | {"offsets": rows} for group, rows in documents])
        return 0
    for group, rows in documents:
        _remark(group)
        if rows:
            _print_offsets(group, rows, verbose=options.verbose)
    return 0


def describe_members(cluster: Cluster, options: argparse.Namespace, groups: Sequence[str]) -> int:
    """Who is in the groups, and what is assigned to them."""
    found = [describe_group(cluster, name) for name in groups]
    if options.json:
        print_json([_document(group) for group in found])
        return 0
    for group in found:
        _remark(group)
        _print_members(group, verbose=options.verbose)
    return 0


def describe_states(cluster: Cluster, options: argparse.Namespace, groups: Sequence[str]) -> int:
    """One line about each group."""
    found = [describe_group(cluster, name) for name in groups]
    if options.json:
        print_json([_document(group) for group in found])
        return 0
    for group in found:
        _remark(group)
        node = group.coordinator
        row = [
            (15, "GROUP", group.group_id),
            (25, "COORDINATOR (ID)", f"{node.host}:{node.port}  ({node.node_id})"),
            (20, "ASSIGNMENT-STRATEGY", group.assignor or _NONE),
            (20, "STATE", group.state),
        ]
        if options.verbose:
            row.append((15, "GROUP-EPOCH", _shown(group.group_epoch)))
            row.append((25, "TARGET-ASSIGNMENT-EPOCH", _shown(group.assignment_epoch)))
        row.append((0, "#MEMBERS", str(len(group.members))))
        widths = [max(least, len(value)) for least, _, value in row[:-1]]
        print()
        _print_line([title for _, title, _ in row], widths)
        _print_line([value for _, _, value in row], widths)
    return 0


def _offset_rows(cluster: Cluster, group: Group) -> list[Row]:
    """Rows of the members with the most partitions first, then of what nobody reads."""
    committed = committed_offsets(cluster, group.group_id)
    assigned = {one for member in group.members for one in member.assigned}
    ends = list_offsets(cluster, assigned | committed.keys(), LATEST)
    rows = []
    for member in sorted(group.members, key=lambda member: -len(member.assigned)):
        rows += [_offset_row(one, committed, ends, member) for one in sorted(member.assigned)]
    unread = sorted(committed.keys() - assigned)
    return rows + [_offset_row(one, committed, ends, None) for one in unread]


def _offset_row(
    one: TopicPartition,
    committed: Mapping[TopicPartition, Committed],
    ends: Mapping[TopicPartition, int],
    member: GroupMember | None,
) -> Row:
    mark = committed.get(one)
    end = ends.get(one)
    return {
        "topic": one.topic,
        "partition": one.partition,
        "leader_epoch": mark.leader_epoch if mark and mark.leader_epoch >= 0 else None,
        "current_offset": mark.offset if mark else None,
        "log_end_offset": end,
        "lag": end - mark.offset if mark and end is not None else None,
        "consumer_id": member.member_id if member else None,
        "host": member.host if member else None,
        "client_id": member.client_id if member else None,
    }


def _print_offsets(group: Group, rows: Sequence[Row], *, verbose: bool) -> None:
    group_width = max(15, len(group.group_id))
    topic_width, id_width, host_width = (
        max(15, *(len(_shown(row[key])) for row in rows))
        for key in ("topic", "consumer_id", "host")
    )
    columns: list[tuple[str, str, int]] = [
        ("topic", "TOPIC", topic_width), ("partition", "PARTITION", 10),
        ("leader_epoch", "LEADER-EPOCH", 15),
        ("current_offset", "CURRENT-OFFSET", 15), ("log_end_offset", "LOG-END-OFFSET", 15),
        ("lag", "LAG", 15), ("consumer_id", "CONSUMER-ID", id_width), ("host", "HOST", host_width),
        ("client_id", "CLIENT-ID", 0),
    ]  # fmt: skip
    if not verbose:
        del columns[2]
    widths = [group_width, *(width for _, _, width in columns[:-1])]
    print()
    _print_line(["GROUP", *(title for _, title, _ in columns)], widths)
    for row in rows:
        _print_line([group.group_id, *(_shown(row[key]) for key, _, _ in columns)], widths)


def _print_members(group: Group, *, verbose: bool) -> None:
    members = group.members
    columns: list[tuple[str, int, list[str]]] = [
        ("GROUP", 15, [group.group_id] * len(members)),
        ("CONSUMER-ID", 15, [one.member_id for one in members]),
    ]
    if any(one.instance_id for one in members):
        columns.append(("GROUP-INSTANCE-ID", 17, [one.instance_id or "" for one in members]))
    columns += [
        ("HOST", 15, [one.host for one in members]),
        ("CLIENT-ID", 15, [one.client_id for one in members]),
        ("#PARTITIONS", 15, [str(len(one.assigned)) for one in members]),
    ]
    if verbose:
        columns += [
            ("CURRENT-EPOCH", 15, [_shown(one.epoch) for one in members]),
            ("CURRENT-ASSIGNMENT", 20, [_partitions(one.assigned) for one in members]),
            # Classic members have no target; an empty one is shown alike.
            ("TARGET-EPOCH", 15, [
                _NONE if one.target is None else _shown(group.assignment_epoch) for one in members
            ]),
            ("TARGET-ASSIGNMENT", 20, [_partitions(one.target or ()) for one in members]),
        ]  # fmt: skip
        if any(one.is_upgraded is False for one in members):
            columns.append(("UPGRADED", 0, [str(bool(one.is_upgraded)).lower() for one in members]))
    padded = [
        [text.ljust(max(least, *map(len, cells)) if cells else least) for text in (title, *cells)]
        for title, least, cells in columns
    ]
    print()
    for line in zip(*padded, strict=True):
        # Without --verbose Kafka's tool leaves room for a column that does not come.
        text = " ".join(line)
        print(text.rstrip() if columns[-1][0] == "UPGRADED" else text + ("" if verbose else " "))


def _partitions(partitions: Iterable[TopicPartition]) -> str:
    """Topics and their partitions in one word: "orders:0,1;payments:0"."""
    listed = [
        f"{topic}:{','.join(map(str, indexes))}" for topic, indexes in by_topic(partitions).items()
    ]
    return ";".join(sorted(listed)) or _NONE


def _remark(group: Group) -> None:
    if group.state == "Empty":
        note(f"\nConsumer group '{group.group_id}' has no active members.")
    elif group.state in _REBALANCING:
        note(f"\nWarning: Consumer group '{group.group_id}' is rebalancing.")


def _document(group: Group) -> Row:
    return {
        "group": group.group_id,
        "type": group.kind,
        "state": group.state,
        "assignment_strategy": group.assignor or None,
        "coordinator": {
            "id": group.coordinator.node_id,
            "host": group.coordinator.host,
            "port": group.coordinator.port,
        },
        "group_epoch": group.group_epoch,
        "target_assignment_epoch": group.assignment_epoch,
        "members": [
            {
                "consumer_id": one.member_id,
                "group_instance_id": one.instance_id,
                "host": one.host,
                "client_id": one.client_id,
                "epoch": one.epoch,
                "assignment": by_topic(one.assigned),
                "target_assignment": None if one.target is None else by_topic(one.target),
                "upgraded": one.is_upgraded,
            }
            for one in group.members
        ],
    }


def _print_line(cells: Sequence[str], widths: Sequence[int]) -> None:
    """All cells but the last one padded."""
    padded = [cell.ljust(width) for cell, width in zip(cells[:-1], widths, strict=True)]
    print(" ".join([*padded, cells[-1]]))


def _shown(value: object) -> str:
    return _NONE if value is None else str(value)
