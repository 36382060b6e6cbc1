"""`wirekafka log-dirs`: what lies in the brokers' log directories, as kafka-log-dirs.sh prints it.

The result is JSON in one line behind two lines of prose; --json leaves the prose out and indents.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.messages.describe_log_dirs import (
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
)

from wirekafka.cli.clients import add_connection_arguments
from wirekafka.cli.output import CommandError, print_json
from wirekafka.cli.wire.cluster import Cluster, open_cluster
from wirekafka.cli.wire.fault_texts import exception_text, fault

if TYPE_CHECKING:
    import argparse

SUMMARY = "show the sizes of partitions in the log directories"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser)
    parser.add_argument("--describe", action="store_true", help="show the log directories")
    parser.add_argument("--broker-list", default="", metavar="0,1,2", help="brokers (default: all)")
    parser.add_argument("--topic-list", default="", metavar="A,B", help="topics (default: all)")
    parser.add_argument("--json", action="store_true", help="write indented JSON and nothing else")


def run(options: argparse.Namespace) -> int:
    """Ask each broker."""
    if not options.describe:
        raise CommandError('Missing required argument "[describe]"')
    topics = {name.strip() for name in options.topic_list.split(",") if name.strip()}
    with open_cluster(options) as cluster:
        brokers = _brokers(cluster, options.broker_list)
        if not options.json:
            print("Querying brokers for log directories information")
        rows = [{"broker": one, "logDirs": _log_dirs(cluster, one, topics)} for one in brokers]
    document = {"brokers": rows, "version": 1}
    if options.json:
        print_json(document)
        return 0
    print(f"Received log directory information from brokers {','.join(map(str, brokers))}")
    print(json.dumps(document, separators=(",", ":"), ensure_ascii=False))
    return 0


def _brokers(cluster: Cluster, listed: str) -> list[int]:
    texts = [text.strip() for text in listed.split(",") if text.strip()]
    for text in texts:
        if not text.isdecimal():
            raise CommandError(f'For input string: "{text}"')
    known = sorted(cluster.nodes)
    missing = [text for text in texts if int(text) not in known]
    if missing:
        raise CommandError(
            f"The given brokers do not exist from --broker-list: {','.join(missing)}. Current "
            f"existent brokers: {','.join(map(str, known))}"
        )
    return sorted({int(text) for text in texts}) or known


def _log_dirs(cluster: Cluster, broker: int, topics: set[str]) -> list[dict[str, Any]]:
    answer = cluster.node(broker).ask(DescribeLogDirsRequest(None), DescribeLogDirsResponse)
    if answer.error_code:
        raise CommandError(f"broker {broker}: {fault(answer.error_code)}")
    return [
        {
            "partitions": [
                {
                    "partition": f"{topic.name}-{one.partition_index}",
                    "size": one.partition_size,
                    "offsetLag": one.offset_lag,
                    "isFuture": one.is_future_key,
                }
                for topic in sorted(row.topics, key=lambda topic: topic.name)
                if not topics or topic.name in topics
                for one in sorted(topic.partitions, key=lambda one: one.partition_index)
            ],
            "error": exception_text(row.error_code) if row.error_code else None,
            "logDir": row.log_dir,
        }
        for row in answer.results
    ]
