"""Names of the files and folders in a log directory, built and taken apart.

A file of a segment is named by the offset of the first record it may hold, in 20 digits, and what
it is by its suffix. A partition's folder is `<topic>-<partition>`; topic names may hold dashes.
Source: Kafka's `LogFileUtils` and `LocalLog`.
"""

from __future__ import annotations

from typing import NamedTuple

LOG = ".log"
OFFSET_INDEX = ".index"
TIME_INDEX = ".timeindex"
TRANSACTION_INDEX = ".txnindex"
SNAPSHOT = ".snapshot"
SEGMENT_SUFFIXES = (LOG, OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX)

DELETED = ".deleted"
CLEANED = ".cleaned"
SWAP = ".swap"

LEADER_EPOCHS = "leader-epoch-checkpoint"
PARTITION_METADATA = "partition.metadata"

DELETE_FOLDER = "-delete"
STRAY_FOLDER = "-stray"
FUTURE_FOLDER = "-future"

LOCK = ".lock"
META_PROPERTIES = "meta.properties"
CLEAN_SHUTDOWN = ".kafka_cleanshutdown"
RECOVERY_POINTS = "recovery-point-offset-checkpoint"
HIGH_WATERMARKS = "replication-offset-checkpoint"
LOG_START_OFFSETS = "log-start-offset-checkpoint"
CLEAN_OFFSETS = "cleaner-offset-checkpoint"

_FOLDER_LIMIT = 255
"""Longest name that common file systems take."""
_UNIQUE_DIGITS = 32


class SegmentFile(NamedTuple):
    """What a file name in a partition's folder says."""

    base_offset: int
    suffix: str
    state: str
    """"", DELETED, CLEANED or SWAP."""


def segment_file(base_offset: int, suffix: str) -> str:
    return f"{base_offset:020d}{suffix}"


def parse_segment_file(name: str) -> SegmentFile | None:
    """None when the name is not that of a segment's file."""
    state = ""
    for candidate in (DELETED, CLEANED, SWAP):
        if name.endswith(candidate):
            name, state = name[: -len(candidate)], candidate
            break
    digits, dot, rest = name.partition(".")
    suffix = dot + rest
    if len(digits) != 20 or not (digits.isascii() and digits.isdigit()):
        return None
    if suffix not in SEGMENT_SUFFIXES and suffix != SNAPSHOT:
        return None
    return SegmentFile(int(digits), suffix, state)


def partition_folder(topic: str, partition: int) -> str:
    return f"{topic}-{partition}"


def parse_partition_folder(name: str) -> tuple[str, int] | None:
    """The topic and partition of a live replica's folder; None for anything else."""
    topic, dash, digits = name.rpartition("-")
    if not (dash and topic and digits.isascii() and digits.isdigit()):
        return None
    if str(int(digits)) != digits:
        return None
    return topic, int(digits)


def parse_future_folder(name: str) -> tuple[str, int] | None:
    """The topic and partition that a `…-future` folder is a copy of; None for anything else."""
    partition, dot, rest = name.rpartition(".")
    if not dot or len(rest) != _UNIQUE_DIGITS + len(FUTURE_FOLDER):
        return None
    return parse_partition_folder(partition) if rest.endswith(FUTURE_FOLDER) else None


def fits_future_folder(topic: str, partition: int) -> bool:
    """Whether the name of the folder that a copy grows in is short enough."""
    return len(f"{topic}-{partition}.") + _UNIQUE_DIGITS + len(FUTURE_FOLDER) <= _FOLDER_LIMIT


def renamed_folder(topic: str, partition: int, unique: str, ending: str) -> str:
    """`<topic>-<partition>.<32 hex digits>` and -delete, -stray or -future.

    The topic is cut where the name gets too long.
    """
    tail = f"-{partition}.{unique}{ending}"
    return topic[: _FOLDER_LIMIT - len(tail)] + tail
