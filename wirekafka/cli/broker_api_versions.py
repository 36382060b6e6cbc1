"""`wirekafka broker-api-versions`: what each broker answers, as kafka-broker-api-versions.sh.

A line per API: its versions at the broker, and the one that a client of Kafka 4.3 uses.
Source: `org.apache.kafka.clients.NodeApiVersions.toString`, by its output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.api_keys import API_FACTS, ApiKey

from wirekafka.cli.clients import add_connection_arguments
from wirekafka.cli.output import print_json
from wirekafka.cli.wire.cluster import Node, open_cluster

if TYPE_CHECKING:
    import argparse

SUMMARY = "show the API versions of each broker"

_TELEMETRY = (ApiKey.GET_TELEMETRY_SUBSCRIPTIONS, ApiKey.PUSH_TELEMETRY)
"""Clients know them, and no broker has them without a receiver of metrics."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser)
    parser.add_argument("--json", action="store_true", help="write JSON")


def run(options: argparse.Namespace) -> int:
    """Ask each broker."""
    with open_cluster(options) as cluster:
        found = [
            (cluster.nodes[node_id], cluster.node(node_id).versions)
            for node_id in sorted(cluster.nodes)
        ]
    if options.json:
        print_json([_document(node, versions) for node, versions in found])
        return 0
    for node, versions in found:
        rack = "null" if node.rack is None else node.rack
        print(f"{node.host}:{node.port} (id: {node.node_id} rack: {rack} isFenced: false) -> (")
        keys = sorted(versions.keys() | _client_keys())
        print(",\n".join(f"\t{_line(key, versions.get(key))}" for key in keys))
        print(")")
    return 0


def _client_keys() -> set[int]:
    advertised = {key.value for key, facts in API_FACTS.items() if facts.advertised}
    return advertised | {key.value for key in _TELEMETRY}


def _line(key: int, versions: tuple[int, int] | None) -> str:
    name = _name(key)
    if versions is None:
        return f"{name}({key}): UNSUPPORTED"
    least, most = versions
    shown = str(least) if least == most else f"{least} to {most}"
    known = _ours(key)
    if known is None:
        return f"{name}({key}): {shown}"
    if most < known[0]:
        return f"{name}({key}): {shown} [unusable: node too old]"
    if least > known[1]:
        return f"{name}({key}): {shown} [unusable: node too new]"
    return f"{name}({key}): {shown} [usable: {min(most, known[1])}]"


def _name(key: int) -> str:
    try:
        return API_FACTS[ApiKey(key)].name
    except ValueError:
        return "UNKNOWN"


def _ours(key: int) -> tuple[int, int] | None:
    try:
        facts = API_FACTS[ApiKey(key)]
    except ValueError:
        return None
    return facts.advertised or (facts.min_version, facts.max_version)


def _document(node: Node, versions: dict[int, tuple[int, int]]) -> dict[str, object]:
    rows = []
    for key, (least, most) in sorted(versions.items()):
        known = _ours(key)
        usable = None if known is None or most < known[0] or least > known[1] else known[1]
        rows.append(
            {"key": key, "name": _name(key), "min_version": least, "max_version": most,
             "usable": None if usable is None else min(most, usable)}
        )  # fmt: skip
    return {"id": node.node_id, "host": node.host, "port": node.port, "rack": node.rack,
            "apis": rows}  # fmt: skip
