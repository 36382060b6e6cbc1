"""The part of a segment, from its start, that need not be scanned after a crash.

What is below the recovery point was synced, so a scan may begin above it. It needs to know what the
part in front of it has left: index entries, largest timestamp, leader epoch, producers. Those of
the producers are in a snapshot, as a clean stop writes one; so the part ends with the last batch
that has an index entry and is not above the newest snapshot that is not above the recovery point.

Nothing is trusted for its checkpoint alone: that batch must be whole and have the offset that the
index says, and what the time index and the leader epochs say about it must fit. Entries behind the
part, which need not have been synced, are not looked at. If anything is missing or does not fit,
there is no such part, and the whole segment is scanned.

Kafka scans the segment of the recovery point whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from wirekafka_protocol.records.batch import HEADER_BYTES, BatchHeader, is_intact, read_header

from wirekafka_storage import offset_index, time_index
from wirekafka_storage.batch_scan import read_batch
from wirekafka_storage.epochs import LeaderEpochs
from wirekafka_storage.errors import CorruptFile
from wirekafka_storage.filenames import OFFSET_INDEX, TIME_INDEX
from wirekafka_storage.files import OpenFiles, read_file
from wirekafka_storage.offset_index import OffsetIndex
from wirekafka_storage.segment import NO_TIMESTAMP, Segment
from wirekafka_storage.staged import UNKNOWN_AGE
from wirekafka_storage.time_index import TimeIndex
from wirekafka_storage.transaction_index import AbortedTransaction


@dataclass(slots=True)
class TrustedPart:
    """What a scan must know of it. The last entry of `offset_index` is for its last batch."""

    end_position: int
    end_offset: int
    offset_index: OffsetIndex
    time_index: TimeIndex
    aborted: list[AbortedTransaction]
    """Whose marker is below `producers_offset`."""
    producers_offset: int
    """Where the snapshot of the producers was taken, at or behind the end of the part."""
    first_timestamp: int
    max_timestamp: int
    max_timestamp_offset: int


def find(
    segment: Segment, epochs: LeaderEpochs, open_files: OpenFiles, *, snapshot_offset: int
) -> TrustedPart | None:
    """The part of a segment that was synced up to the offset at least; None when there is none.

    `epochs` are those on disk. Raises OSError.
    """
    files = open_files.files
    below = snapshot_offset - segment.base_offset
    if below <= 0 or segment.size < HEADER_BYTES:
        return None
    try:
        content = read_file(files, segment.path(OFFSET_INDEX))
        offsets = offset_index.decode_below(content, relative_offset=below)
        if not offsets:
            return None
        last_relative = offsets.relative_offsets[-1]
        content = read_file(files, segment.path(TIME_INDEX))
        times = time_index.decode_below(content, relative_offset=last_relative + 1)
        aborted = segment.aborted_transactions(open_files)
    except (FileNotFoundError, CorruptFile):
        return None
    header = _batch_at(segment, offsets.positions[-1], open_files)
    max_timestamp = times.timestamps[-1] if times else NO_TIMESTAMP
    if (
        header is None
        or header.last_offset != segment.base_offset + last_relative
        or header.max_timestamp > max_timestamp
        or header.partition_leader_epoch > epochs.epoch_at(header.last_offset)
    ):
        return None
    fd = segment.file(open_files).fd
    first_timestamp = read_header(files.pread(fd, HEADER_BYTES, 0)).max_timestamp
    max_relative = times.relative_offsets[-1] if times else 0
    return TrustedPart(
        end_position=offsets.positions[-1] + header.size_in_bytes,
        end_offset=header.next_offset,
        offset_index=offsets,
        time_index=times,
        aborted=[entry for entry in aborted if entry.last_offset < snapshot_offset],
        producers_offset=snapshot_offset,
        first_timestamp=first_timestamp if first_timestamp >= 0 else UNKNOWN_AGE,
        max_timestamp=max_timestamp,
        max_timestamp_offset=segment.base_offset + max_relative,
    )


def _batch_at(segment: Segment, position: int, open_files: OpenFiles) -> BatchHeader | None:
    """The header of the batch there, if it is one and whole."""
    files, fd = open_files.files, segment.file(open_files).fd
    if position + HEADER_BYTES > segment.size:
        return None
    header = read_header(files.pread(fd, HEADER_BYTES, position))
    if not HEADER_BYTES <= header.size_in_bytes <= segment.size - position:
        return None
    batch = read_batch(files, fd, position, header.size_in_bytes)
    return header if is_intact(batch) else None
