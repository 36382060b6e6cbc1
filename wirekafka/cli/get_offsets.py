"""`wirekafka get-offsets`: offsets of partitions by time, as kafka-get-offsets.sh prints them.

Differs from Kafka's tool: partitions come in the order of their numbers (there "t-10" comes before
"t-2"), and --partitions takes ranges, too. Source: `GetOffsetShell` and its output in 4.3.1.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from wirekafka.cli.clients import add_connection_arguments
from wirekafka.cli.output import CommandError, note, print_json
from wirekafka.cli.topic_filter import topic_filter
from wirekafka.cli.wire.cluster import TopicPartition, open_cluster
from wirekafka.cli.wire.fault_texts import exception_text
from wirekafka.cli.wire.offsets import offsets_or_codes

SUMMARY = "show the first, last or timed offsets of partitions"

_TIMES = {
    "latest": -1,
    "earliest": -2,
    "max-timestamp": -3,
    "earliest-local": -4,
    "latest-tiered": -5,
    "earliest-pending-upload": -6,
}
_UNKNOWN_OFFSET = -1
_RULE = re.compile(r"([^:,]*)(?::(?:([0-9]{1,9})|([0-9]{0,9})-([0-9]{0,9}))?)?")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser)
    parser.add_argument("--topic", help="a topic or a regular expression (default: all)")
    parser.add_argument(
        "--partitions", help="partitions, separated by commas, also 0-3 (default: all)"
    )
    parser.add_argument(
        "--topic-partitions", metavar="TOPIC:0,TOPIC:0-3,:2-",
        help="instead of both: regular expressions, each with a partition or a range without its "
        "end, separated by commas",
    )  # fmt: skip
    parser.add_argument(
        "--time", default="latest",
        help="-1 or latest, -2 or earliest, -3 or max-timestamp, -4 or earliest-local, -5 or "
        "latest-tiered, -6 or earliest-pending-upload, or a time in milliseconds",
    )  # fmt: skip
    parser.add_argument(
        "--exclude-internal-topics", action="store_true", help="leave out the broker's own topics"
    )
    parser.add_argument("--json", action="store_true", help="write JSON")


def run(options: argparse.Namespace) -> int:
    """Print topic:partition:offset for each partition that has such an offset."""
    time_ms = _time(options.time)
    is_wanted = _filter(options)
    with open_cluster(options, client_id="GetOffsetShell") as cluster:
        partitions = [
            one
            for topic in cluster.topics().values()
            if not (options.exclude_internal_topics and topic.is_internal)
            for one in (TopicPartition(topic.name, index) for index in topic.partitions)
            if is_wanted(one)
        ]
        if not partitions:
            raise CommandError("Could not match any topic-partitions with the specified filters")
        offsets, codes = offsets_or_codes(cluster, partitions, time_ms)
    for one, code in sorted(codes.items()):
        reason = exception_text(code)
        note(f"Skip getting offsets for topic-partition {one} due to error: {reason}")
    rows = [
        {"topic": one.topic, "partition": one.partition, "offset": offset}
        for one, offset in sorted(offsets.items())
        if offset != _UNKNOWN_OFFSET
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


def parse_rules(text: str) -> Callable[[TopicPartition], bool]:
    """Whether one of "orders:0,pay.*:2-,:-3" chooses a partition. Raises CommandError."""
    rules = []
    for part in text.split(","):
        match = _RULE.fullmatch(part)
        if match is None:
            raise CommandError(f"--topic-partitions: Invalid rule specification: {part}")
        if match[2]:
            least, end = int(match[2]), int(match[2]) + 1
        else:
            least, end = int(match[3] or 0), int(match[4] or 1 << 31)
        rules.append((topic_filter(match[1] or None), range(least, end)))
    return lambda one: any(
        one.partition in partitions and is_topic(one.topic) for is_topic, partitions in rules
    )


def _filter(options: argparse.Namespace) -> Callable[[TopicPartition], bool]:
    if options.topic_partitions is not None:
        if options.topic is not None or options.partitions is not None:
            raise CommandError("--topic-partitions cannot be used with --topic or --partitions")
        return parse_rules(options.topic_partitions)
    is_topic = topic_filter(options.topic)
    chosen = parse_partitions(options.partitions) if options.partitions else None
    return lambda one: is_topic(one.topic) and (chosen is None or one.partition in chosen)


def _time(text: str) -> int:
    if text in _TIMES:
        return _TIMES[text]
    if not re.fullmatch(r"-?[0-9]{1,18}", text) or int(text) < min(_TIMES.values()):
        known = ", ".join(_TIMES)
        raise CommandError(f"--time {text} is neither {known} nor a time in milliseconds")
    return int(text)
