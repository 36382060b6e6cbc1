"""`wirekafka consumer-groups`: list, describe, reset, delete groups, as kafka-consumer-groups.sh.

Members are shown for classic groups only: kafka-python does not speak ConsumerGroupDescribe, so a
group of the consumer protocol (KIP-848) shows its state, its offsets and its lag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirekafka.cli.clients import add_connection_arguments, admin_client, error_name_text
from wirekafka.cli.group_reset import add_reset_arguments, reset_offsets
from wirekafka.cli.output import CommandError, note, print_json, print_table

if TYPE_CHECKING:
    import argparse

SUMMARY = "list, describe, reset or delete consumer groups"

_ACTIONS = {
    "list": "list groups",
    "describe": "show offsets and lag, or members, or the state",
    "reset-offsets": "move committed offsets",
    "delete": "delete groups without members",
    "delete-offsets": "delete committed offsets of --topic",
}
_OFFSET_COLUMNS = (
    ("GROUP", 15), ("TOPIC", 15), ("PARTITION", 10), ("CURRENT-OFFSET", 15),
    ("LOG-END-OFFSET", 15), ("LAG", 15), ("CONSUMER-ID", 15), ("HOST", 15), ("CLIENT-ID", 0),
)  # fmt: skip
_MEMBER_COLUMNS = (
    ("GROUP", 15), ("CONSUMER-ID", 15), ("HOST", 15), ("CLIENT-ID", 15), ("#PARTITIONS", 11),
    ("ASSIGNMENT", 0),
)  # fmt: skip
_STATE_COLUMNS = (
    ("GROUP", 15), ("ASSIGNMENT-STRATEGY", 20), ("STATE", 20), ("#MEMBERS", 8),
)  # fmt: skip
_LIST_COLUMNS = (("GROUP", 32), ("STATE", 20))
_LATEST = -1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser)
    actions = parser.add_mutually_exclusive_group(required=True)
    for action, text in _ACTIONS.items():
        actions.add_argument(
            f"--{action}", dest="action", action="store_const", const=action, help=text
        )
    parser.add_argument("--group", action="append", default=[], help="a group; can be repeated")
    parser.add_argument("--all-groups", action="store_true", help="every group")
    parser.add_argument(
        "--topic", action="append", default=[], metavar="TOPIC[:PARTITION,…]",
        help="with --reset-offsets and --delete-offsets: which offsets; can be repeated",
    )  # fmt: skip
    parser.add_argument("--members", action="store_true", help="with --describe: the members")
    parser.add_argument(
        "--state", nargs="?", const="", metavar="STATES",
        help="with --describe: the state; with --list: show states, or only groups in these",
    )  # fmt: skip
    parser.add_argument("--offsets", action="store_true", help="with --describe: as by default")
    parser.add_argument("--verbose", action="store_true", help="with --members: the partitions")
    parser.add_argument("--json", action="store_true", help="write JSON")
    add_reset_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Do the one action asked for."""
    with admin_client(options) as admin:
        if options.action == "list":
            return _list(admin, options)
        groups = _chosen(admin, options)
        match options.action:
            case "describe":
                return _describe(admin, options, groups)
            case "delete":
                return _delete(admin, options, groups)
            case "delete-offsets":
                return _delete_offsets(admin, options, groups)
            case _:
                return reset_offsets(admin, options, groups)


def _chosen(admin: Any, options: argparse.Namespace) -> list[str]:
    if options.all_groups:
        return sorted(row["group_id"] for row in admin.list_groups())
    if not options.group:
        raise CommandError(f"--{options.action} needs --group or --all-groups")
    return list(options.group)


def _list(admin: Any, options: argparse.Namespace) -> int:
    rows = sorted(admin.list_groups(), key=lambda row: str(row["group_id"]))
    if options.state:
        wanted = {state.strip().lower() for state in options.state.split(",")}
        rows = [row for row in rows if _state(row).lower() in wanted]
    if options.json:
        print_json([{"group": row["group_id"], "state": _state(row)} for row in rows])
    elif options.state is not None:
        print_table(_LIST_COLUMNS, [(row["group_id"], _state(row)) for row in rows])
    else:
        for row in rows:
            print(row["group_id"])
    return 0


def _describe(admin: Any, options: argparse.Namespace, groups: list[str]) -> int:
    listed = {row["group_id"]: row for row in admin.list_groups()}
    documents = []
    for group in groups:
        if group not in listed:
            raise CommandError(f"Group {group} not found.")
        members = _members(admin, group)
        document = {"group": group, "state": _state(listed[group]), "members": members}
        if not options.members and options.state is None:
            document["offsets"] = _offsets(admin, group, members)
        document["strategy"] = _strategy(admin, group)
        documents.append(document)
    if options.json:
        print_json(documents)
        return 0
    for document in documents:
        _print_group(document, options)
    return 0


def _delete(admin: Any, options: argparse.Namespace, groups: list[str]) -> int:
    outcome = admin.delete_groups(groups)
    failed = {group: result for group, result in outcome.items() if result != "OK"}
    if options.json:
        print_json(outcome)
    done = [f"'{group}'" for group in groups if group not in failed]
    if done and not options.json:
        print(f"Deletion of requested consumer groups ({', '.join(done)}) was successful.")
    if failed:
        reasons = "; ".join(
            f"group '{group}': {error_name_text(name)}" for group, name in failed.items()
        )
        raise CommandError(f"could not delete {reasons}")
    return 0


def _delete_offsets(admin: Any, options: argparse.Namespace, groups: list[str]) -> int:
    from wirekafka.cli.group_reset import partitions_of

    if not options.topic:
        raise CommandError("--delete-offsets needs --topic")
    failed = []
    for group in groups:
        outcome = admin.delete_group_offsets(group, partitions_of(admin, options.topic))
        for partition, error in sorted(outcome.items()):
            good = error.__name__ == "NoError"
            status = "Successful" if good else f"Error: {error_name_text(error.__name__)}"
            if not good:
                failed.append(f"{partition.topic}-{partition.partition} of group {group}")
            print(f"{group} {partition.topic} {partition.partition} {status}")
    if failed:
        raise CommandError(f"offsets not deleted: {', '.join(failed)}")
    return 0


def _members(admin: Any, group: str) -> list[dict[str, Any]]:
    found = []
    for member in admin.describe_groups([group])[group]["members"] or []:
        assignment = member["member_assignment"]
        assigned = assignment["assigned_partitions"] if isinstance(assignment, dict) else []
        found.append(
            {
                "consumer_id": member["member_id"],
                "host": member["client_host"],
                "client_id": member["client_id"],
                "assignment": {one["topic"]: sorted(one["partitions"]) for one in assigned or []},
            }
        )
    return found


def _strategy(admin: Any, group: str) -> str:
    return str(admin.describe_groups([group])[group].get("protocol_data") or "")


def _offsets(admin: Any, group: str, members: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from kafka import TopicPartition

    owners = {
        TopicPartition(topic, index): member
        for member in members
        for topic, indexes in member["assignment"].items()
        for index in indexes
    }
    committed = admin.list_group_offsets(group)[group]
    partitions = sorted(committed.keys() | owners.keys())
    ends = _ends(admin, partitions)
    rows = []
    for partition in partitions:
        offset = committed[partition].offset if partition in committed else -1
        current = offset if offset >= 0 else None
        end = ends.get(partition)
        owner = owners.get(partition, {})
        rows.append(
            {
                "topic": partition.topic,
                "partition": partition.partition,
                "current_offset": current,
                "log_end_offset": end,
                "lag": end - current if end is not None and current is not None else None,
                "consumer_id": owner.get("consumer_id"),
                "host": owner.get("host"),
                "client_id": owner.get("client_id"),
            }
        )
    return rows


def _ends(admin: Any, partitions: list[Any]) -> dict[Any, int]:
    """Log end offsets; partitions of deleted topics are missing."""
    alive = {topic["name"] for topic in admin.describe_topics() if not topic["error_code"]}
    asked = {partition: _LATEST for partition in partitions if partition.topic in alive}
    if not asked:
        return {}
    return {partition: one.offset for partition, one in admin.list_partition_offsets(asked).items()}


def _print_group(document: dict[str, Any], options: argparse.Namespace) -> None:
    group, state, members = document["group"], document["state"], document["members"]
    if state == "Empty":
        note(f"\nConsumer group '{group}' has no active members.")
    print()
    if options.members:
        rows = [
            (
                group, one["consumer_id"], one["host"], one["client_id"],
                sum(map(len, one["assignment"].values())),
                _assignment_text(one["assignment"]) if options.verbose else "",
            )
            for one in members
        ]  # fmt: skip
        print_table(_MEMBER_COLUMNS if options.verbose else _MEMBER_COLUMNS[:-1],
                    rows if options.verbose else [row[:-1] for row in rows])  # fmt: skip
    elif options.state is not None:
        row = (group, document["strategy"] or None, state, len(members))
        print_table(_STATE_COLUMNS, [row])
    elif document["offsets"]:
        print_table(_OFFSET_COLUMNS, [(group, *row.values()) for row in document["offsets"]])


def _assignment_text(assignment: dict[str, list[int]]) -> str:
    return ", ".join(
        f"{topic}({','.join(map(str, indexes))})" for topic, indexes in sorted(assignment.items())
    )


def _state(row: dict[str, Any]) -> str:
    return str(row.get("group_state") or "Unknown")
