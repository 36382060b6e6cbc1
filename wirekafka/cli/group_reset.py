"""`wirekafka consumer-groups --reset-offsets`: where a group's committed offsets are moved to.

Without --execute nothing is changed and the plan is printed. A target outside of a partition's log
is moved to its nearer end, with a remark, as Kafka's tool does.
"""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wirekafka.cli.group_partitions import named_partitions
from wirekafka.cli.groups_of_brokers import group_state
from wirekafka.cli.output import CommandError, note, print_json, progress
from wirekafka.cli.wire.cluster import Cluster, TopicPartition
from wirekafka.cli.wire.fault_texts import fault
from wirekafka.cli.wire.offsets import (
    EARLIEST,
    LATEST,
    commit_offsets,
    committed_offsets,
    list_offsets,
)

if TYPE_CHECKING:
    import argparse

_NO_EXECUTE = (
    "WARN: No action will be performed as the --execute option is missing. In version 5.0, this "
    "command will require either --dry-run or --execute to be specified. You should add the "
    "--dry-run option explicitly if you are scripting this command and want to keep the current "
    "default behavior without prompting."
)
_DATETIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_TARGETS = (
    "to_earliest", "to_latest", "to_current", "to_offset", "shift_by", "to_datetime",
    "by_duration", "from_file",
)  # fmt: skip


def add_reset_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags that say what is reset, and to what."""
    scope = parser.add_argument_group("with --reset-offsets")
    scope.add_argument(
        "--all-topics", action="store_true", help="every topic that the group has offsets of"
    )
    target = scope.add_mutually_exclusive_group()
    target.add_argument("--to-earliest", action="store_true", help="the first offset")
    target.add_argument("--to-latest", action="store_true", help="the end of the log")
    target.add_argument("--to-current", action="store_true", help="where it is now")
    target.add_argument("--to-offset", type=int, metavar="OFFSET", help="this offset")
    target.add_argument("--shift-by", type=int, metavar="N", help="so many records on, or back")
    target.add_argument(
        "--to-datetime", metavar="TIME", help="YYYY-MM-DDTHH:MM:SS.sss, with Z or an offset or UTC"
    )
    target.add_argument("--by-duration", metavar="PnDTnHnMnS", help="so long before now")
    target.add_argument("--from-file", metavar="CSV", help="lines topic,partition,offset")
    mode = scope.add_mutually_exclusive_group()
    mode.add_argument("--dry-run", action="store_true", help="print the plan (the default)")
    mode.add_argument("--execute", action="store_true", help="do it")
    mode.add_argument("--export", action="store_true", help="print the plan as CSV")


def reset_offsets(cluster: Cluster, options: argparse.Namespace, groups: Sequence[str]) -> int:
    """Plan the new offsets of each group, and commit them with --execute.

    A group with members is left alone and named at the end; the others are reset.
    """
    if not (options.execute or options.dry_run):
        note(_NO_EXECUTE)
    _validate(options)
    files = None if options.from_file is None else _read_plans(options.from_file, groups)
    plans: dict[str, dict[TopicPartition, int]] = {}
    refused = []
    with progress(total=len(groups), unit="group", quiet=options.json) as bar:
        for group in groups:
            plans[group] = {}
            bar.update(1)
            state = group_state(cluster, group)
            if state not in ("Empty", "Dead"):
                refused.append(
                    f"Assignments can only be reset if the group '{group}' is inactive, but the "
                    f"current state is {state}."
                )
                continue
            plan = _plan(cluster, options, group, None if files is None else files.get(group, {}))
            if options.execute and plan:
                _commit(cluster, group, plan)
            plans[group] = plan
    _print_plans(options, plans)
    if refused:
        raise CommandError("; ".join(refused))
    return 0


def timestamp_ms(text: str) -> int:
    """Milliseconds of "2020-01-01T00:00:00.000", in UTC unless it says otherwise."""
    match = _DATETIME.fullmatch(text)
    if match is None:
        raise CommandError(f"--to-datetime {text} is not YYYY-MM-DDTHH:MM:SS.sss")
    zone = (match[3] or "Z").replace("Z", "+00:00")
    try:
        moment = datetime.datetime.fromisoformat(match[1] + zone)
    except ValueError as error:
        raise CommandError(f"--to-datetime {text}: {error}") from None
    return int(moment.timestamp()) * 1000 + int(float(match[2] or 0) * 1000)


def duration_ms(text: str) -> int:
    """Milliseconds of an ISO 8601 duration of days and less."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        raise CommandError(f"--by-duration {text} is not PnDTnHnMnS")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return int((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000)


def _validate(options: argparse.Namespace) -> None:
    """Exactly one target, and a scope unless a file is both."""
    if not any(getattr(options, name) not in (None, False) for name in _TARGETS):
        flags = ", ".join(f"[{name.replace('_', '-')}]" for name in sorted(_TARGETS))
        raise CommandError(f"Option [reset-offsets] takes one of these options: {flags}")
    if not (options.all_topics or options.topic or options.from_file):
        raise CommandError("One of the reset scopes should be defined: --all-topics, --topic.")


def _plan(
    cluster: Cluster,
    options: argparse.Namespace,
    group: str,
    from_file: Mapping[TopicPartition, int] | None,
) -> dict[TopicPartition, int]:
    if from_file is not None:
        return _within_log(cluster, from_file)
    current = {one: mark.offset for one, mark in committed_offsets(cluster, group).items()}
    all_topics = options.all_topics
    partitions = sorted(current) if all_topics else named_partitions(cluster, options.topic)
    return _target(cluster, options, partitions, current)


def _target(
    cluster: Cluster,
    options: argparse.Namespace,
    partitions: Sequence[TopicPartition],
    current: Mapping[TopicPartition, int],
) -> dict[TopicPartition, int]:
    if options.to_earliest:
        return list_offsets(cluster, partitions, EARLIEST)
    if options.to_latest:
        return list_offsets(cluster, partitions, LATEST)
    if options.to_offset is not None:
        return _within_log(cluster, dict.fromkeys(partitions, options.to_offset))
    if options.to_datetime is not None:
        return _offsets_from(cluster, partitions, timestamp_ms(options.to_datetime))
    if options.by_duration is not None:
        now = datetime.datetime.now(datetime.UTC).timestamp() * 1000
        return _offsets_from(cluster, partitions, int(now) - duration_ms(options.by_duration))
    if options.shift_by is not None:
        for one in partitions:
            if one not in current:
                raise CommandError(
                    f"Cannot shift offset for partition {one} since there is no current committed "
                    "offset"
                )
        return _within_log(cluster, {one: current[one] + options.shift_by for one in partitions})
    assert options.to_current
    kept = {one: current[one] for one in partitions if one in current}
    rest = [one for one in partitions if one not in current]
    return _within_log(cluster, kept) | list_offsets(cluster, rest, LATEST)


def _offsets_from(
    cluster: Cluster, partitions: Sequence[TopicPartition], time_ms: int
) -> dict[TopicPartition, int]:
    """The first record at or after a time; the end where there is none."""
    found = list_offsets(cluster, partitions, time_ms)
    later = [one for one, offset in found.items() if offset < 0]
    for one in later:
        print(
            f"\nWarn: Partition {one.partition} from topic {one.topic} is empty. Falling back to "
            "latest known offset."
        )
    return found | list_offsets(cluster, later, LATEST)


def _within_log(
    cluster: Cluster, wanted: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """Offsets moved to the nearer end of the log where they are outside of it."""
    starts = list_offsets(cluster, wanted, EARLIEST)
    ends = list_offsets(cluster, wanted, LATEST)
    chosen = {}
    for one, offset in sorted(wanted.items()):
        if one not in ends:
            raise CommandError(
                f"Failed to fetch metadata for partition {one} because metadata for topic "
                f"`{one.topic}` could not be found"
            )
        inside = min(max(offset, starts[one]), ends[one])
        if inside != offset:
            side, end = (
                ("higher than latest", "latest")
                if offset > inside
                else ("lower than earliest", "earliest")
            )
            note(
                f"WARN: New offset ({offset}) is {side} offset for topic partition {one}. Value "
                f"will be set to {inside}, the {end} offset"
            )
        chosen[one] = inside
    return chosen


def _commit(cluster: Cluster, group: str, plan: Mapping[TopicPartition, int]) -> None:
    for one, code in sorted(commit_offsets(cluster, group, plan).items()):
        raise CommandError(f"offset of {one} in group {group} not set: {fault(code)}")


def _read_plans(path: str, groups: Sequence[str]) -> dict[str, dict[TopicPartition, int]]:
    """Plans by group, of lines "topic,partition,offset" for one group or "group,topic,…"."""
    plans: dict[str, dict[TopicPartition, int]] = {}
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"Unable to read file {path}: {error}") from None
    for number, row in enumerate(csv.reader(text.splitlines()), 1):
        if not row:
            continue
        group = row[0] if len(row) == 4 else groups[0]
        if len(row) not in (3, 4) or (len(row) == 3 and len(groups) > 1):
            raise CommandError(f"{path}, line {number}: not [group,]topic,partition,offset")
        if not (row[-2].isdecimal() and row[-1].lstrip("-").isdecimal()):
            raise CommandError(f"{path}, line {number}: partition and offset must be numbers")
        plans.setdefault(group, {})[TopicPartition(row[-3], int(row[-2]))] = int(row[-1])
    return plans


def _print_plans(
    options: argparse.Namespace, plans: Mapping[str, Mapping[TopicPartition, int]]
) -> None:
    rows = [
        (group, one.topic, one.partition, plan[one])
        for group, plan in plans.items()
        for one in sorted(plan)
    ]
    if options.json:
        keys = ("group", "topic", "partition", "new_offset")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    elif options.export:
        for row in rows:
            print(",".join(map(str, row if len(plans) > 1 else row[1:])))
        print()
    else:
        group_width, topic_width = (
            max([15, *(len(str(row[index])) for row in rows)]) for index in (0, 1)
        )
        print()
        for name, topic, partition, offset in [
            ("GROUP", "TOPIC", "PARTITION", "NEW-OFFSET"), *rows
        ]:  # fmt: skip
            print(f"{name:<{group_width}} {topic:<{topic_width}} {partition:<10} {offset}")
