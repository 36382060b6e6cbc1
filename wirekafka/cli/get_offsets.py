"""`wirekafka get-offsets`: offsets of partitions by time, as kafka-get-offsets.sh prints them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wirekafka.cli.clients import add_connection_arguments, admin_client
from wirekafka.cli.output import CommandError, print_json

if TYPE_CHECKING:
    import argparse

SUMMARY = "show the first, last or timed offsets of partitions"

_TIMES = {
    "latest": -1,
    "earliest": -2,
    "max-timestamp": -3,
    "earliest-local": -4,
    "latest-tiered": -5,
}
_UNKNOWN_OFFSET = -1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser)
    parser.add_argument("--topic", help="a topic or a regular expression (default: all)")
    parser.add_argument(
        "--partitions", help="partitions, separated by commas, also 0-3 (default: all)"
    )
    parser.add_argument(
        "--time", default="latest",
        help="-1 or latest, -2 or earliest, -3 or max-timestamp, or a time in milliseconds",
    )  # fmt: skip
    parser.add_argument(
        "--exclude-internal-topics", action="store_true", help="leave out the broker's own topics"
    )
    parser.add_argument("--json", action="store_true", help="write JSON")


def run(options: argparse.Namespace) -> int:
    """Print topic:partition:offset for each partition that has such an offset."""
    time_ms = _time(options.time)
    chosen = None if options.partitions is None else parse_partitions(options.partitions)
    with admin_client(options) as admin:
        from kafka import TopicPartition

        pattern = re.compile(options.topic or ".*")
        partitions = sorted(
            (topic["name"], partition["partition_index"])
            for topic in admin.describe_topics()
            if pattern.fullmatch(topic["name"])
            and not (options.exclude_internal_topics and topic.get("is_internal"))
            for partition in topic["partitions"]
            if chosen is None or partition["partition_index"] in chosen
        )
        if not partitions:
            raise CommandError("Could not match any topic-partitions with the specified filters")
        asked = {TopicPartition(topic, index): time_ms for topic, index in partitions}
        found = admin.list_partition_offsets(asked)
    rows = [
        {"topic": one.topic, "partition": one.partition, "offset": found[one].offset}
        for one in asked
        if found[one].offset != _UNKNOWN_OFFSET
    ]
    if options.json:
        print_json(rows)
    else:
        for row in rows:
            print(f"{row['topic']}:{row['partition']}:{row['offset']}")
    return 0


def parse_partitions(text: str) -> set[int]:
    """The numbers of "0,2,5-7"; the end of a range is not part of it, as in Kafka's tool."""
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*([0-9]{1,9})?(-)?([0-9]{1,9})?\s*", part)
        if match is None or not (match[1] or match[3]):
            raise CommandError(f"--partitions {text}: {part!r} is no partition and no range")
        if not match[2]:
            found.add(int(match[1]))
        elif match[3] is None:
            raise CommandError(f"--partitions {text}: {part!r} needs an end")
        else:
            found.update(range(int(match[1] or 0), int(match[3])))
    return found


def _time(text: str) -> int:
    if text in _TIMES:
        return _TIMES[text]
    if not re.fullmatch(r"-?[0-9]{1,18}", text) or int(text) < min(_TIMES.values()):
        known = ", ".join(_TIMES)
        raise CommandError(f"--time {text} is neither {known} nor a time in milliseconds")
    return int(text)
