"""`wirekafka consumer-groups --reset-offsets`: where a group's committed offsets are moved to.

Without --execute nothing is changed and the plan is printed. A target outside of a partition's log
is moved to its nearer end, with a remark, as Kafka's tool does.
"""

from __future__ import annotations

import csv
import datetime
import re
from typing import TYPE_CHECKING, Any

from wirekafka.cli.output import CommandError, note, print_json, print_table

if TYPE_CHECKING:
    import argparse

_EARLIEST = -2
_LATEST = -1
_COLUMNS = (("GROUP", 15), ("TOPIC", 15), ("PARTITION", 10), ("NEW-OFFSET", 15))
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


def reset_offsets(admin: Any, options: argparse.Namespace, groups: list[str]) -> int:
    """Plan the new offsets of each group, and commit them with --execute."""
    if not (options.execute or options.dry_run or options.export):
        note("WARN: nothing is changed without --execute")
    rows = []
    for group in groups:
        _refuse_live(admin, group)
        plan = _plan(admin, options, group)
        if options.execute and plan:
            _commit(admin, group, plan)
        rows += [(group, one.topic, one.partition, plan[one]) for one in sorted(plan)]
    if options.json:
        keys = ("group", "topic", "partition", "new_offset")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    elif options.export:
        for row in rows:
            print(",".join(map(str, row if len(groups) > 1 else row[1:])))
    else:
        print()
        print_table(_COLUMNS, rows)
    return 0


def partitions_of(admin: Any, texts: list[str]) -> list[Any]:
    """The partitions that "topic" and "topic:0,2" name."""
    from kafka import TopicPartition

    known = {topic["name"]: topic for topic in admin.describe_topics()}
    found = []
    for text in texts:
        name, colon, indexes = text.partition(":")
        if name not in known or known[name]["error_code"]:
            raise CommandError(f"Topic '{name}' does not exist")
        every = sorted(one["partition_index"] for one in known[name]["partitions"])
        wanted = [int(i) for i in indexes.split(",") if i.strip().isdecimal()] if colon else every
        if not wanted or not set(wanted) <= set(every):
            raise CommandError(f"--topic {text}: the partitions are 0 to {len(every) - 1}")
        found += [TopicPartition(name, index) for index in wanted]
    return found


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


def _refuse_live(admin: Any, group: str) -> None:
    states = {row["group_id"]: str(row.get("group_state")) for row in admin.list_groups()}
    if states.get(group, "Dead") not in ("Empty", "Dead"):
        raise CommandError(
            f"offsets can only be reset while group '{group}' has no members; "
            f"its state is {states[group]}"
        )


def _plan(admin: Any, options: argparse.Namespace, group: str) -> dict[Any, int]:
    if options.from_file:
        wanted = _read_plan(options.from_file, group)
        return _within_log(admin, wanted)
    current = {
        partition: one.offset
        for partition, one in admin.list_group_offsets(group)[group].items()
        if one.offset >= 0
    }
    if options.all_topics:
        partitions = sorted(current)
    elif options.topic:
        partitions = partitions_of(admin, options.topic)
    else:
        raise CommandError("--reset-offsets needs --topic or --all-topics")
    if not partitions:
        return {}
    return _target(admin, options, partitions, current)


def _target(
    admin: Any, options: argparse.Namespace, partitions: list[Any], current: dict[Any, int]
) -> dict[Any, int]:
    if options.to_earliest:
        return _offsets_at(admin, partitions, _EARLIEST)
    if options.to_latest:
        return _offsets_at(admin, partitions, _LATEST)
    if options.to_offset is not None:
        return _within_log(admin, dict.fromkeys(partitions, options.to_offset))
    if options.to_datetime is not None:
        return _offsets_from(admin, partitions, timestamp_ms(options.to_datetime))
    if options.by_duration is not None:
        now = datetime.datetime.now(datetime.UTC).timestamp() * 1000
        return _offsets_from(admin, partitions, int(now) - duration_ms(options.by_duration))
    if options.shift_by is not None:
        missing = [one for one in partitions if one not in current]
        if missing:
            one = missing[0]
            raise CommandError(f"{one.topic}-{one.partition} has no committed offset to shift")
        return _within_log(admin, {one: current[one] + options.shift_by for one in partitions})
    if options.to_current:
        ends = _offsets_at(admin, partitions, _LATEST)
        return _within_log(admin, {one: current.get(one, ends[one]) for one in partitions})
    flags = ", ".join("--" + target.replace("_", "-") for target in _TARGETS)
    raise CommandError(f"--reset-offsets needs one of {flags}")


def _offsets_at(admin: Any, partitions: list[Any], time_ms: int) -> dict[Any, int]:
    found = admin.list_partition_offsets(dict.fromkeys(partitions, time_ms))
    return {partition: found[partition].offset for partition in partitions}


def _offsets_from(admin: Any, partitions: list[Any], time_ms: int) -> dict[Any, int]:
    """The first record at or after a time; the end where there is none."""
    found = _offsets_at(admin, partitions, time_ms)
    ends = _offsets_at(admin, partitions, _LATEST)
    return {one: found[one] if found[one] >= 0 else ends[one] for one in partitions}


def _within_log(admin: Any, wanted: dict[Any, int]) -> dict[Any, int]:
    partitions = list(wanted)
    starts = _offsets_at(admin, partitions, _EARLIEST)
    ends = _offsets_at(admin, partitions, _LATEST)
    chosen = {}
    for one, offset in wanted.items():
        inside = min(max(offset, starts[one]), ends[one])
        if inside != offset:
            side = "higher than the end" if offset > inside else "lower than the start"
            note(f"WARN: {offset} is {side} of {one.topic}-{one.partition}; {inside} is taken")
        chosen[one] = inside
    return chosen


def _commit(admin: Any, group: str, plan: dict[Any, int]) -> None:
    from kafka.structs import OffsetAndMetadata

    wanted = {one: OffsetAndMetadata(offset, "", -1) for one, offset in plan.items()}
    outcome = admin.alter_group_offsets(group, wanted)
    failed = {one: error for one, error in outcome.items() if error.__name__ != "NoError"}
    if failed:
        one, error = sorted(failed.items(), key=lambda item: item[0])[0]
        raise CommandError(f"offset of {one.topic}-{one.partition} not set: {error.__name__}")


def _read_plan(path: str, group: str) -> dict[Any, int]:
    from kafka import TopicPartition

    plan = {}
    try:
        with open(path, encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file), 1):
                if len(row) == 4 and row[0] != group:
                    continue
                if len(row) not in (3, 4) or not (row[-1].isdecimal() and row[-2].isdecimal()):
                    raise CommandError(f"{path}, line {number}: not topic,partition,offset")
                plan[TopicPartition(row[-3], int(row[-2]))] = int(row[-1])
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    return plan
