"""A second copy of log directories as they are now, and a directory made from such a copy.

A snapshot looks like a log directory after a clean stop: checkpoints, `meta.properties`, the clean
marker, and the logs as `log_snapshot` copies them. A broker may run on it, then it is a fork; or it
is kept, and `instantiate` makes as many directories from it as are wanted.

Nothing is synced: a snapshot is for those who test, and lives as long as the machine. What a
process wrote before it was killed is in it all the same.

Invariants: of a snapshot that is kept nothing is ever written; a last segment is never shared.
"""

from __future__ import annotations

from collections.abc import Sequence

from wirekafka_storage import checkpoints, log_snapshot
from wirekafka_storage.filenames import (
    CLEAN_OFFSETS,
    CLEAN_SHUTDOWN,
    HIGH_WATERMARKS,
    LEADER_EPOCHS,
    LOCK,
    LOG,
    LOG_START_OFFSETS,
    META_PROPERTIES,
    PARTITION_METADATA,
    RECOVERY_POINTS,
    SNAPSHOT,
    parse_partition_folder,
    parse_segment_file,
)
from wirekafka_storage.files import FileSystem, create_file, link_or_copy, make_parents, read_file
from wirekafka_storage.log import Log
from wirekafka_storage.log_manager import LogManager

_REPLACED = (PARTITION_METADATA, LEADER_EPOCHS)
"""Written once, or anew by rename; so are the producers' `.snapshot` files."""


def take(manager: LogManager, targets: dict[str, str], *, broker_epoch: int, now_ms: int) -> None:
    """Copy each log directory to `targets[path]`, which must not exist. Nothing may be staged.

    Raises OSError, StorageError; what was begun is left behind.
    """
    make_targets(manager, targets)
    for log in manager.logs.values():
        if log.exists:
            log_snapshot.take(log, targets[log.parent], now_ms)
    finish(manager, targets, broker_epoch=broker_epoch)


def make_targets(manager: LogManager, targets: dict[str, str]) -> None:
    """The directories that logs are copied to. Raises OSError."""
    for path in manager.directories:
        make_parents(manager.files, targets[path])


def finish(manager: LogManager, targets: dict[str, str], *, broker_epoch: int) -> None:
    """What belongs to a directory besides its logs, which were all copied as they are now."""
    for path, directory in manager.directories.items():
        target = targets[path]
        logs = [log for log in manager.logs.values() if log.exists and log.parent == path]
        meta = read_file(manager.files, f"{path}/{META_PROPERTIES}")
        create_file(manager.files, f"{target}/{META_PROPERTIES}", meta)
        for name, offsets in _offsets(logs, directory.clean_offsets).items():
            content = checkpoints.encode_offsets(offsets)
            create_file(manager.files, f"{target}/{name}", content)
        marker = checkpoints.encode_clean_shutdown(broker_epoch)
        create_file(manager.files, f"{target}/{CLEAN_SHUTDOWN}", marker)


def instantiate(files: FileSystem, snapshot: str, target: str) -> None:
    """Make a log directory from a snapshot of one; `target` may exist and hold other files.

    Raises OSError.
    """
    make_parents(files, target)
    for name in files.listdir(snapshot):
        source = f"{snapshot}/{name}"
        if name == LOCK:
            continue
        if parse_partition_folder(name) is None:
            create_file(files, f"{target}/{name}", read_file(files, source))
        else:
            _instantiate_log(files, source, f"{target}/{name}")


def clear(files: FileSystem, path: str, trash: str) -> None:
    """Empty a log directory whose lock is free: folders are moved into `trash`, which is made."""
    make_parents(files, trash)
    for name in files.listdir(path):
        if name != LOCK:
            files.rename(f"{path}/{name}", f"{trash}/{name}")


def _instantiate_log(files: FileSystem, source: str, target: str) -> None:
    files.mkdir(target)
    names = files.listdir(source)
    last = max((name for name in names if _is_log(name)), default="")
    for name in names:
        is_kept = _is_log(name) and name != last
        if is_kept or name in _REPLACED or name.endswith(SNAPSHOT):
            link_or_copy(files, f"{source}/{name}", f"{target}/{name}")
        else:
            create_file(files, f"{target}/{name}", read_file(files, f"{source}/{name}"))


def _is_log(name: str) -> bool:
    file = parse_segment_file(name)
    return file is not None and file.suffix == LOG


def _offsets(
    logs: Sequence[Log], clean_offsets: dict[tuple[str, int], int]
) -> dict[str, dict[tuple[str, int], int]]:
    """The checkpoints of a clean stop: everything counts as synced and committed."""
    ends = {(log.topic, log.partition): log.log_end_offset for log in logs}
    starts = {
        (log.topic, log.partition): log.log_start_offset for log in logs if log.log_start_offset
    }
    return {
        RECOVERY_POINTS: ends,
        HIGH_WATERMARKS: ends,
        LOG_START_OFFSETS: starts,
        CLEAN_OFFSETS: clean_offsets,
    }
