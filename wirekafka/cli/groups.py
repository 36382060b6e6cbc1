"""`wirekafka groups`: the groups of every type, as kafka-groups.sh lists them (KIP-1043)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka.cli.clients import add_connection_arguments
from wirekafka.cli.groups_of_brokers import list_consumer_groups, list_groups
from wirekafka.cli.output import CommandError, print_json
from wirekafka.cli.wire.cluster import open_cluster

if TYPE_CHECKING:
    import argparse

SUMMARY = "list groups of all types"

_TYPES = {"classic": "Classic", "consumer": "Consumer", "share": "Share", "streams": "Streams"}
_LEAST_WIDTH = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser)
    parser.add_argument("--list", action="store_true", help="list the groups")
    parser.add_argument("--group-type", metavar="TYPE", help=f"only {', '.join(_TYPES)}")
    parser.add_argument("--protocol", help="only groups of this protocol type")
    parser.add_argument(
        "--consumer", action="store_true",
        help="only groups of consumers: of type consumer, or classic ones with the protocol "
        "consumer or none",
    )  # fmt: skip
    parser.add_argument("--share", action="store_true", help="only share groups")
    parser.add_argument("--streams", action="store_true", help="only streams groups")
    parser.add_argument("--json", action="store_true", help="write JSON")


def run(options: argparse.Namespace) -> int:
    """List."""
    if not options.list:
        raise CommandError("Command must include exactly one action: --list.")
    kind = None
    if options.group_type is not None:
        kind = _TYPES.get(options.group_type.lower())
        if kind is None:
            raise CommandError("--group-type must be a valid group type.")
    if options.consumer + options.share + options.streams + (kind is not None) > 1:
        raise CommandError("only one of --group-type, --consumer, --share and --streams goes")
    if options.share or options.streams:
        kind = "Share" if options.share else "Streams"
    with open_cluster(options) as cluster:
        groups = list_consumer_groups(cluster) if options.consumer else list_groups(cluster)
    groups = [
        group
        for group in groups
        if kind in (None, group.kind) and options.protocol in (None, group.protocol)
    ]
    if options.json:
        print_json(
            [{"group": one.group_id, "type": one.kind, "protocol": one.protocol} for one in groups]
        )
        return 0
    rows = [(one.group_id, one.kind, one.protocol) for one in groups]
    # All three columns are as wide as the longest group, as in Kafka's tool.
    width = max([_LEAST_WIDTH, *(len(group) for group, _, _ in rows)])
    print(" ".join(title.ljust(width) for title in ("GROUP", "TYPE", "PROTOCOL")))
    for row in rows:
        print(" ".join(cell.ljust(width) for cell in row), "")
    return 0
