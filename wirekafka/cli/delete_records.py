"""`wirekafka delete-records`: delete records before an offset, as kafka-delete-records.sh.

The file says which: {"partitions": [{"topic": "foo", "partition": 1, "offset": 1}], "version": 1};
the offset -1 is the high watermark. Differs from Kafka's tool: a partition that does not exist is
named at once, where Java tries for a minute, and any refused one ends with exit code 1.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopic,
)

from wirekafka.cli.clients import add_connection_arguments
from wirekafka.cli.output import CommandError, print_json, progress
from wirekafka.cli.wire.cluster import Cluster, TopicPartition, open_cluster
from wirekafka.cli.wire.fault_texts import exception_text

if TYPE_CHECKING:
    import argparse

SUMMARY = "delete records before an offset"

_TIMEOUT_MS = 30_000
_VERSION = 1
_PARTITIONS_PER_REQUEST = 200  # so that a bar has steps
_UNKNOWN = int(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser)
    parser.add_argument(
        "--offset-json-file", required=True, metavar="FILE",
        help='{"partitions": [{"topic": "foo", "partition": 1, "offset": 1}], "version": 1}',
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="write JSON")


def run(options: argparse.Namespace) -> int:
    """Delete, and print the first offsets that are left."""
    try:
        text = Path(options.offset_json_file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{options.offset_json_file}: {error}") from None
    wanted = parse_offsets(text)
    if not options.json:
        print("Executing records delete operation")
    with open_cluster(options) as cluster:
        results = _delete(cluster, wanted, quiet=options.json)
    failed = {one: exception_text(code) for one, (code, _) in results.items() if code}
    if options.json:
        print_json(
            [
                {"topic": one.topic, "partition": one.partition,
                 "low_watermark": None if code else mark, "error": failed.get(one)}
                for one, (code, mark) in sorted(results.items())
            ]
        )  # fmt: skip
    else:
        print("Records delete operation completed:")
        for one, (code, mark) in sorted(results.items()):
            outcome = f"error: {failed[one]}" if code else f"low_watermark: {mark}"
            print(f"partition: {one}\t{outcome}")
    if failed:
        raise CommandError(f"no records deleted in {', '.join(map(str, sorted(failed)))}")
    return 0


def parse_offsets(text: str) -> dict[TopicPartition, int]:
    """The offsets of a file's text; raises CommandError."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise CommandError("The input string is not a valid JSON")
    version = document.get("version", _VERSION)
    if version != _VERSION:
        raise CommandError(f"Not supported version field value {version}")
    if "partitions" not in document:
        raise CommandError("Missing partitions field")
    rows = document["partitions"]
    if not isinstance(rows, list):
        raise CommandError("the field partitions is no list")
    found: dict[TopicPartition, int] = {}
    duplicates = []
    for row in rows:
        one = TopicPartition(_field(row, "topic", str), _field(row, "partition", int))
        if one in found:
            duplicates.append(str(one))
        found[one] = _field(row, "offset", int)
    if duplicates:
        raise CommandError(
            f"Offset json file contains duplicate topic partitions: {','.join(duplicates)}"
        )
    return found


def _field(row: Any, name: str, kind: type) -> Any:
    value = row.get(name) if isinstance(row, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        java = {str: "String", int: "Long" if name == "offset" else "Integer"}[kind]
        raise CommandError(f"{name}: Expected `{java}` value, received {json.dumps(value)}")
    return value


def _delete(
    cluster: Cluster, wanted: dict[TopicPartition, int], *, quiet: bool
) -> dict[TopicPartition, tuple[int, int]]:
    """Error code and first offset of each partition."""
    led, missing = cluster.by_leader(wanted)
    results = dict.fromkeys(missing, (_UNKNOWN, -1))
    steps = [
        (node_id, ones[first : first + _PARTITIONS_PER_REQUEST])
        for node_id, ones in led.items()
        for first in range(0, len(ones), _PARTITIONS_PER_REQUEST)
    ]
    with progress(total=len(wanted), unit="partition", quiet=quiet) as bar:
        for node_id, ones in steps:
            topics: dict[str, list[DeleteRecordsPartition]] = {}
            for one in ones:
                row = DeleteRecordsPartition(one.partition, wanted[one])
                topics.setdefault(one.topic, []).append(row)
            request = DeleteRecordsRequest(
                [DeleteRecordsTopic(name, rows) for name, rows in topics.items()], _TIMEOUT_MS
            )
            answer = cluster.node(node_id).ask(request, DeleteRecordsResponse)
            for topic in answer.topics:
                for result in topic.partitions:
                    one = TopicPartition(topic.name, result.partition_index)
                    results[one] = (result.error_code, result.low_watermark)
            bar.update(len(ones))
    return results
