"""`wirekafka consumer-groups`: list, describe, reset, delete groups, as kafka-consumer-groups.sh.

Differs from Kafka's tool: what fails goes to standard error in one line and ends with exit code 1,
where Java prints an exception to standard output and ends with 0; groups, topics and partitions
come sorted. Source: `ConsumerGroupCommand` and its output in 4.3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka.cli.clients import add_connection_arguments
from wirekafka.cli.group_deletion import delete_groups, delete_offsets
from wirekafka.cli.group_description import describe_members, describe_offsets, describe_states
from wirekafka.cli.group_reset import add_reset_arguments, reset_offsets
from wirekafka.cli.groups_of_brokers import list_consumer_groups
from wirekafka.cli.output import CommandError, print_json
from wirekafka.cli.wire.cluster import Cluster, open_cluster

if TYPE_CHECKING:
    import argparse

SUMMARY = "list, describe, reset or delete consumer groups"

_ACTIONS = {
    "list": "list groups",
    "describe": "show offsets and lag, or members, or the state",
    "delete": "delete groups without members",
    "reset-offsets": "move committed offsets of groups without members",
    "delete-offsets": "delete committed offsets of --topic",
    "validate-regex": "say whether a regular expression is one of the broker's (RE2)",
}
_STATES = {
    name.lower(): name
    for name in (
        "PreparingRebalance", "Stable", "CompletingRebalance", "Empty", "Reconciling", "Dead",
        "Assigning",
    )
}  # fmt: skip
_RE2J_WORDS = {"missing )": "missing closing )", "missing ]": "missing closing ]"}
_TYPES = {"consumer": "Consumer", "classic": "Classic"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser)
    actions = parser.add_argument_group("actions, one of them")
    for action, text in _ACTIONS.items():
        if action == "validate-regex":
            actions.add_argument(f"--{action}", metavar="REGEX", help=text)
        else:
            actions.add_argument(f"--{action}", action="store_true", help=text)
    parser.add_argument("--group", action="append", default=[], help="a group; can be repeated")
    parser.add_argument("--all-groups", action="store_true", help="every consumer group")
    parser.add_argument(
        "--topic", action="append", default=[], metavar="TOPIC[:PARTITION,…]",
        help="with --reset-offsets and --delete-offsets: which offsets; can be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--offsets", action="store_true", help="with --describe: offsets and lag, the default"
    )
    parser.add_argument("--members", action="store_true", help="with --describe: the members")
    parser.add_argument(
        "--state", nargs="?", const="", metavar="STATES",
        help="with --describe: the state; with --list: show states, or only groups in these",
    )  # fmt: skip
    parser.add_argument(
        "--type", nargs="?", const="", metavar="TYPES",
        help="with --list: show types, or only groups of these (classic, consumer)",
    )  # fmt: skip
    parser.add_argument(
        "--verbose", action="store_true", help="with --describe: leader epochs, assignments, epochs"
    )
    parser.add_argument(
        "--timeout", type=int, default=30_000, metavar="MS",
        help="how long the broker may take to answer (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="write JSON")
    add_reset_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Do the one action asked for."""
    action = _action(options)
    if action == "validate-regex":
        return _validate_regex(options)
    states, kinds = _filters(options) if action == "list" else ([], [])
    with open_cluster(options, timeout_s=options.timeout / 1000) as cluster:
        if action == "list":
            return _list(cluster, options, states, kinds)
        groups = _chosen(cluster, options)
        match action:
            case "describe" if options.members:
                return describe_members(cluster, options, groups)
            case "describe" if options.state is not None:
                return describe_states(cluster, options, groups)
            case "describe":
                return describe_offsets(cluster, options, groups)
            case "delete":
                return delete_groups(cluster, options, groups)
            case "delete-offsets":
                return delete_offsets(cluster, options, groups)
            case _:
                return reset_offsets(cluster, options, groups)


def _action(options: argparse.Namespace) -> str:
    given = [one for one in _ACTIONS if getattr(options, one.replace("-", "_"))]
    if len(given) != 1:
        raise CommandError(
            "Command must include exactly one action: "
            + ", ".join(f"--{action}" for action in _ACTIONS)
        )
    (action,) = given
    if action not in ("list", "validate-regex") and not (options.group or options.all_groups):
        raise CommandError(f"Option [{action}] takes one of these options: [all-groups], [group]")
    shown = [options.members, options.offsets, options.state is not None]
    if action == "describe" and sum(shown) > 1:
        raise CommandError(
            "Option [describe] takes at most one of these options: [members], [offsets], [state]"
        )
    if action == "delete-offsets" and not options.topic:
        raise CommandError("Option [delete-offsets] takes the option [topic]")
    if action == "delete" and options.topic:
        raise CommandError("Option [delete] does not take the option [topic]")
    return action


def _filters(options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """The states and types that --state and --type name, in Kafka's spelling."""
    found = []
    for text, known, what in (
        (options.state, _STATES, "state"), (options.type, _TYPES, "types")
    ):  # fmt: skip
        wanted = [part.strip().lower() for part in (text or "").split(",") if part.strip()]
        if any(name not in known for name in wanted):
            raise CommandError(
                f"Invalid {what} list '{text}'. Valid {'states' if what == 'state' else what} are: "
                f"{', '.join(known.values())}"
            )
        found.append([known[name] for name in wanted])
    return found[0], found[1]


def _chosen(cluster: Cluster, options: argparse.Namespace) -> list[str]:
    if options.all_groups:
        return [group.group_id for group in list_consumer_groups(cluster)]
    return sorted(set(options.group))


def _list(
    cluster: Cluster, options: argparse.Namespace, states: list[str], kinds: list[str]
) -> int:
    groups = list_consumer_groups(cluster, states=states, kinds=kinds)
    if options.json:
        print_json(
            [{"group": one.group_id, "type": one.kind, "state": one.state} for one in groups]
        )
        return 0
    if options.state is None and options.type is None:
        for group in groups:
            print(group.group_id)
        return 0
    width = max([15, *(len(group.group_id) for group in groups)]) + 10
    for name, kind, state in [
        ("GROUP", "TYPE", "STATE"),
        *((group.group_id, group.kind, group.state) for group in groups),
    ]:
        line = name.ljust(width)
        line += f" {kind:<20}" if options.type is not None else ""
        line += f" {state:<20}" if options.state is not None else ""
        print(line)
    return 0


def _validate_regex(options: argparse.Namespace) -> int:
    import re2

    regex = options.validate_regex
    quiet = re2.Options()
    quiet.log_errors = False
    try:
        re2.compile(regex, quiet)
    except re2.error as error:
        reason = error.args[0]
        reason = reason.decode() if isinstance(reason, bytes) else str(reason)
        reason = _RE2J_WORDS.get(reason.partition(":")[0], reason.partition(":")[0])
        if options.json:
            print_json({"regex": regex, "valid": False, "reason": reason})
        else:
            print(f"The regular expression `{regex}` is invalid: {reason}.")
        return 0
    if options.json:
        print_json({"regex": regex, "valid": True})
    else:
        print(f"The regular expression `{regex}` is valid.")
    return 0
