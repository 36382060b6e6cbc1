"""Files that a stop left half way: of deletion (`.deleted`), of compaction (`.cleaned`, `.swap`).

Compaction writes `.cleaned` files, renames them to `.swap` when they are whole, retires the old
segments and takes the suffix away. So at start:
- `.deleted` is garbage, `.cleaned` was not finished: both go. A `.swap` that is not below the
  first `.cleaned` belongs to the same unfinished split, and goes too;
- any other `.log.swap` is whole: it takes the place of the segments whose offsets it covers;
- an index that still has `.swap` while its log has not belongs to the log, which goes first;
- an index without its `.log` goes.

Source: Kafka's `LogLoader`.
"""

from __future__ import annotations

from wirekafka_storage.batch_scan import headers
from wirekafka_storage.filenames import (
    CLEANED,
    DELETED,
    LOG,
    SEGMENT_SUFFIXES,
    SNAPSHOT,
    SWAP,
    SegmentFile,
    parse_segment_file,
    segment_file,
)
from wirekafka_storage.files import READ, FileSystem


def resolve(files: FileSystem, folder: str) -> list[str]:
    """Finish or undo what was half done; says what was changed."""
    done: list[str] = []
    found = _parsed(files, folder)
    cleaned = [file.base_offset for file in found if file.state == CLEANED and file.suffix == LOG]
    unfinished = min(cleaned, default=2**63)
    # The log last: while its `.cleaned` is there, a stop in between leaves the same decision.
    for file in sorted(found, key=_is_log):
        swapped_too_early = file.state == SWAP and file.base_offset >= unfinished
        if file.state in (DELETED, CLEANED) or swapped_too_early:
            files.unlink(_path(folder, file))
            if file.state != DELETED:
                done.append(f"removed unfinished {_name(file)}")
    for file in _parsed(files, folder):
        if file.state == SWAP and file.suffix == LOG:
            _complete_swap(files, folder, file)
            done.append(f"completed {_name(file)}")
    for file in _parsed(files, folder):
        if file.state == SWAP:
            files.rename(_path(folder, file), _final_path(folder, file))
    remaining = _parsed(files, folder)
    logs = {file.base_offset for file in remaining if file.suffix == LOG}
    for file in remaining:
        if file.suffix in SEGMENT_SUFFIXES and file.base_offset not in logs:
            files.unlink(_path(folder, file))
            done.append(f"removed {_name(file)}, which has no log")
    return done


def _complete_swap(files: FileSystem, folder: str, swap: SegmentFile) -> None:
    """Replace what the compacted segment covers, then take the suffix away from its log.

    Its indexes follow; while a log has the suffix, an index without it is an old one.
    """
    end_offset = _end_offset(files, _path(folder, swap), swap.base_offset)
    others = _parsed(files, folder)
    for file in others:
        covered = swap.base_offset <= file.base_offset < end_offset
        if not file.state and file.suffix != SNAPSHOT and covered:
            files.unlink(_path(folder, file))
    files.rename(_path(folder, swap), _final_path(folder, swap))


def _end_offset(files: FileSystem, path: str, base_offset: int) -> int:
    """Offset behind the last batch of a file; at least one above its base."""
    end_offset = base_offset + 1
    fd = files.open(path, READ)
    try:
        for _, header in headers(files, fd, position=0, end=files.size(path)):
            end_offset = max(end_offset, header.next_offset)
    finally:
        files.close(fd)
    return end_offset


def _parsed(files: FileSystem, folder: str) -> list[SegmentFile]:
    return sorted(file for file in map(parse_segment_file, files.listdir(folder)) if file)


def _name(file: SegmentFile) -> str:
    return segment_file(file.base_offset, file.suffix) + file.state


def _is_log(file: SegmentFile) -> bool:
    return file.suffix == LOG


def _final_path(folder: str, file: SegmentFile) -> str:
    return f"{folder}/{segment_file(file.base_offset, file.suffix)}"


def _path(folder: str, file: SegmentFile) -> str:
    return f"{folder}/{_name(file)}"
