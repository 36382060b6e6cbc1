"""Builds producer state from the log itself: the newest good snapshot, then the batches behind it.

Used at start and after a truncation. Replaying checks nothing: what is in the log was accepted.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence

from wirekafka_storage import producer_snapshot
from wirekafka_storage.batch_scan import headers, read_batch
from wirekafka_storage.errors import CorruptFile
from wirekafka_storage.filenames import SNAPSHOT, parse_segment_file, segment_file
from wirekafka_storage.files import FileSystem, OpenFiles, read_file
from wirekafka_storage.producer_batches import replay_batch
from wirekafka_storage.producer_state import ProducerState
from wirekafka_storage.segment import Segment

logger = logging.getLogger("wirekafka_storage")


def snapshot_offsets(files: FileSystem, folder: str) -> list[int]:
    """Offsets of the snapshots in a partition's folder, ascending."""
    parsed = map(parse_segment_file, files.listdir(folder))
    return sorted(f.base_offset for f in parsed if f and f.suffix == SNAPSHOT and not f.state)


def newest_snapshot(files: FileSystem, folder: str, *, highest: int) -> tuple[int, ProducerState]:
    """The newest readable snapshot not above `highest`; an empty state at 0 without one."""
    for offset in reversed(snapshot_offsets(files, folder)):
        if offset > highest:
            continue
        path = f"{folder}/{segment_file(offset, SNAPSHOT)}"
        try:
            return offset, producer_snapshot.decode(read_file(files, path))
        except CorruptFile as error:
            logger.warning("producer snapshot ignored path=%s error=%s", path, error)
    return 0, ProducerState()


def rebuild(
    open_files: OpenFiles,
    folder: str,
    segments: Sequence[Segment],
    *,
    end_offset: int,
) -> ProducerState:
    """The state of all producers as of `end_offset`, the end of the last segment.

    Without segments it is that of the newest snapshot: what was before it has been deleted.
    """
    files = open_files.files
    offset, state = newest_snapshot(files, folder, highest=end_offset)
    if not segments:
        return state
    ends = [segment.base_offset for segment in segments[1:]] + [end_offset]
    for segment, segment_end in zip(segments, ends, strict=True):
        if segment_end <= offset or segment.base_offset >= end_offset:
            continue
        place = segment.locate(offset, open_files)
        if place is None:
            continue
        fd = segment.file(open_files).fd
        for position, header in headers(files, fd, position=place.position, end=segment.size):
            if header.base_offset >= end_offset:
                return state
            if header.producer_id < 0 or header.last_offset < offset:
                continue
            batch = b""
            if header.is_control:
                batch = read_batch(files, fd, position, header.size_in_bytes)
            replay_batch(state, header, batch)
    return state


def remove_snapshots(files: FileSystem, folder: str, *, above: int) -> None:
    """Unlink the snapshots of offsets that are no longer in the log."""
    for offset in snapshot_offsets(files, folder):
        if offset > above:
            with contextlib.suppress(FileNotFoundError):
                files.unlink(f"{folder}/{segment_file(offset, SNAPSHOT)}")


def remove_strays(files: FileSystem, folder: str, segments: Sequence[Segment]) -> None:
    """Unlink snapshots of earlier clean stops: all in the middle of a segment but the newest.

    Source: `ProducerStateManager.removeStraySnapshots`.
    """
    bases = {segment.base_offset for segment in segments}
    for offset in snapshot_offsets(files, folder)[:-1]:
        if offset not in bases:
            with contextlib.suppress(FileNotFoundError):
                files.unlink(f"{folder}/{segment_file(offset, SNAPSHOT)}")
