"""The moment at which the compacted segment becomes part of the log.

In steps of which each leaves something that a start can finish (`leftovers`) or throw away:
1. `.cleaned` becomes `.swap`, the log's file last: from then on the new segment is the truth;
2. the files of the old segments become `.deleted`;
3. `.swap` goes from the names, the log's file first.
Readers of an old segment keep its open file. The snapshots of old segments that have no successor
of the same base offset go with them.

Source: Kafka's `LocalLog.replaceSegments`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from wirekafka_storage import log_files
from wirekafka_storage.compaction.cleaned_segment import discard_files
from wirekafka_storage.compaction.job import CleanedGroup
from wirekafka_storage.errors import storage_errors
from wirekafka_storage.filenames import (
    CLEANED,
    LOG,
    OFFSET_INDEX,
    SWAP,
    TIME_INDEX,
    TRANSACTION_INDEX,
    parse_segment_file,
)
from wirekafka_storage.files import FileSystem
from wirekafka_storage.log import Log
from wirekafka_storage.segment import Segment

_INDEXES = (OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX)


def swap_in(log: Log, group: CleanedGroup, now_ms: int) -> bool:
    """Put the new segment in the place of the old ones.

    False, and nothing has changed, when the log no longer has exactly these segments there (it was
    cut meanwhile). Raises StorageError.
    """
    places = [
        place
        for place, segment in enumerate(log.segments[:-1])
        if segment.base_offset in group.sources
    ]
    first = places[0] if places else 0
    old = log.segments[first : first + len(group.sources)]
    if tuple(segment.base_offset for segment in old) != group.sources or len(places) != len(old):
        discard_files(log.open_files.files, log.folder, group.base_offset)
        return False
    new = _segment(log, group)
    with storage_errors("compacting", log.folder):
        _rename(log, new, CLEANED, SWAP, (*_INDEXES, LOG))
        log_files.retire_replaced(log, old, new.base_offset, now_ms)
        _rename(log, new, SWAP, "", (LOG, *_INDEXES))
    log.segments = [*log.segments[:first], new, *log.segments[first + len(old) :]]
    return True


def discard(files: FileSystem, folder: str) -> None:
    """Remove what a run that was cut short left in the folder of a log. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        for name in files.listdir(folder):
            file = parse_segment_file(name)
            if file is not None and file.state == CLEANED:
                files.unlink(f"{folder}/{name}")


def _segment(log: Log, group: CleanedGroup) -> Segment:
    segment = Segment(log.folder, group.base_offset, group.modified_ms)
    segment.size = group.size
    segment.first_timestamp = group.first_timestamp
    segment.max_timestamp = group.max_timestamp
    segment.max_timestamp_offset = group.max_timestamp_offset
    segment.index_entries = group.index_entries
    segment.time_entries = group.time_entries
    segment.indexed_timestamp = group.indexed_timestamp
    return segment


def _rename(log: Log, segment: Segment, old: str, new: str, suffixes: Sequence[str]) -> None:
    files = log.open_files.files
    for suffix in suffixes:
        path = segment.path(suffix)
        try:
            files.rename(path + old, path + new)
        except FileNotFoundError:
            if suffix != TRANSACTION_INDEX:  # which is not always there
                raise
