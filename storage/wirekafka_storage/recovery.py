"""Opens the folder of a partition: as it was closed, or repaired after a crash.

After a clean stop only names, sizes, the ends of the indexes and the last batches are looked at.
After any other stop everything from the recovery point on is scanned: the first bad or torn batch
and all behind it are cut off, indexes and producer state of what was scanned are made anew.
What is below the recovery point was synced and is trusted: whole segments, and the start of the one
in which it lies where that can be (trusted_part.py). In both cases a segment whose index
is missing or damaged gets a new one, and a bad checkpoint or snapshot is ignored with a warning.

Source: Kafka's `LogLoader`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from wirekafka_protocol.records.batch import HEADER_BYTES, read_header
from wirekafka_protocol.uuids import ZERO_UUID

from wirekafka_storage import (
    checkpoints,
    epochs,
    leftovers,
    log_cut,
    log_files,
    offset_index,
    producer_replay,
    producer_snapshot,
    time_index,
    trusted_part,
)
from wirekafka_storage.batch_scan import headers
from wirekafka_storage.epochs import LeaderEpochs
from wirekafka_storage.errors import CorruptFile
from wirekafka_storage.filenames import (
    LEADER_EPOCHS,
    LOG,
    OFFSET_INDEX,
    PARTITION_METADATA,
    SNAPSHOT,
    TIME_INDEX,
    TRANSACTION_INDEX,
    parse_segment_file,
    segment_file,
)
from wirekafka_storage.files import READ, OpenFiles, read_file
from wirekafka_storage.log import Log
from wirekafka_storage.log_config import LogConfig
from wirekafka_storage.producer_state import ProducerState
from wirekafka_storage.segment import Segment
from wirekafka_storage.segment_scan import ScanResult, SegmentScan
from wirekafka_storage.staged import UNKNOWN_AGE
from wirekafka_storage.trusted_part import TrustedPart

logger = logging.getLogger("wirekafka_storage")


@dataclass(slots=True)
class RecoveryReport:
    """What was repaired; each line names the partition's folder."""

    repairs: list[str] = field(default_factory=list)
    logs: int = 0
    scanned_bytes: int = 0

    def add(self, folder: str, text: str) -> None:
        self.repairs.append(f"{folder}: {text}")
        logger.warning("log repaired folder=%s what=%s", folder, text)


def load_log(
    topic: str,
    partition: int,
    *,
    parent: str,
    config: LogConfig,
    open_files: OpenFiles,
    is_clean: bool,
    recovery_point: int,
    log_start_offset: int,
    now_ms: int,
    report: RecoveryReport,
) -> Log:
    """Open one partition's folder. Raises OSError; what can be repaired is, and is reported."""
    log = Log(topic, partition, ZERO_UUID, parent=parent, config=config, open_files=open_files)
    log.exists = True
    _read_topic_id(log, report)
    for change in leftovers.resolve(open_files.files, log.folder):
        report.add(log.folder, change)
    names = set(open_files.files.listdir(log.folder))
    log.segments = _find_segments(log, names)
    epochs_on_disk = _read_epochs(log, report)
    log.recovery_point = recovery_point
    first_unsafe = _first_unsafe(log.segments, is_clean, recovery_point)
    for segment in log.segments[:first_unsafe]:
        _trust(log, segment, names, report)
    if epochs_on_disk is None:
        _rebuild_epochs(log, log.segments[:first_unsafe])
    if first_unsafe < len(log.segments) or not _open_clean_end(log):
        first = min(first_unsafe, max(len(log.segments) - 1, 0))
        _recover(log, first, report, knows_epochs=epochs_on_disk is not None)
    if log.segments:
        log.log_start_offset = max(log_start_offset, log.segments[0].base_offset)
    else:
        log.log_end_offset = log.log_start_offset = log_start_offset
    if log.log_end_offset < log.log_start_offset:
        report.add(
            log.folder,
            f"ends at {log.log_end_offset}, below its start {log_start_offset}: all removed",
        )
        log_cut.restart_at(log, log_start_offset, now_ms)
    log.recovery_point = min(log.recovery_point, log.log_end_offset)
    if sum(name.endswith(SNAPSHOT) for name in names) > 1:
        producer_replay.remove_strays(open_files.files, log.folder, log.segments)
    log.forget_positions()
    _settle_epochs(log, epochs_on_disk)
    if log.producers is not None:
        log.producers.expire(now_ms, config.producer_id_expiration_ms)
    report.logs += 1
    return log


def _read_topic_id(log: Log, report: RecoveryReport) -> None:
    path = f"{log.folder}/{PARTITION_METADATA}"
    try:
        content = read_file(log.open_files.files, path)
        log.topic_id = checkpoints.decode_partition_metadata(content)
    except FileNotFoundError:
        report.add(log.folder, f"no {PARTITION_METADATA}")
    except CorruptFile as error:
        report.add(log.folder, f"{PARTITION_METADATA} ignored, {error}")


def _read_epochs(log: Log, report: RecoveryReport) -> bytes | None:
    """What is on disk; None when the leader epochs have to be read from the batches."""
    log.epochs = LeaderEpochs()
    try:
        content = read_file(log.open_files.files, f"{log.folder}/{LEADER_EPOCHS}")
        log.epochs = epochs.decode(content)
    except FileNotFoundError:
        return None
    except CorruptFile as error:
        report.add(log.folder, f"{LEADER_EPOCHS} rebuilt, {error}")
        return None
    return content


def _find_segments(log: Log, names: set[str]) -> list[Segment]:
    files = log.open_files.files
    segments = []
    for name in names:
        file = parse_segment_file(name)
        if file is None or file.suffix != LOG or file.state:
            continue
        path = f"{log.folder}/{name}"
        segment = Segment(log.folder, file.base_offset, files.modified_ms(path))
        segment.size = files.size(path)
        segments.append(segment)
    return sorted(segments, key=lambda segment: segment.base_offset)


def _first_unsafe(segments: Sequence[Segment], is_clean: bool, recovery_point: int) -> int:
    """Place of the first segment that has to be scanned."""
    if is_clean:
        return len(segments)
    ends = [segment.base_offset for segment in segments[1:]]
    return sum(end <= recovery_point for end in ends)


def _trust(log: Log, segment: Segment, names: set[str], report: RecoveryReport) -> None:
    """Read the ends of the indexes, make them anew where they cannot be right."""
    try:
        _read_index_ends(segment, log.open_files)
        if segment_file(segment.base_offset, TRANSACTION_INDEX) in names:
            segment.aborted_transactions(log.open_files)
        else:
            segment.aborted = []
    except (CorruptFile, FileNotFoundError) as error:
        # Producers and epochs are not this scan's business: it only makes indexes.
        scan = SegmentScan(
            segment,
            index_interval_bytes=log.config.index_interval_bytes,
            producers=_producers_before(log, segment),
            epochs=LeaderEpochs(),
        )
        result = scan.run(log.open_files)
        scan.write_indexes(log.open_files)
        segment.append_last_time(log.open_files)
        reason = "missing" if isinstance(error, FileNotFoundError) else str(error)
        report.add(log.folder, f"index of segment {segment.base_offset} rebuilt ({reason})")
        report.scanned_bytes += segment.size
        if result.problem is not None:
            report.add(log.folder, f"segment {segment.base_offset} holds {result.problem}")
    if segment.max_timestamp < 0 and segment.size:
        log_cut.read_newest_timestamp(segment, log.open_files)


def _producers_before(log: Log, segment: Segment) -> ProducerState:
    place = log.segments.index(segment)
    return producer_replay.rebuild(
        log.open_files, log.folder, log.segments[:place], end_offset=segment.base_offset
    )


def _read_index_ends(segment: Segment, open_files: OpenFiles) -> None:
    files = open_files.files
    offset_bytes = files.size(segment.path(OFFSET_INDEX))
    time_bytes = files.size(segment.path(TIME_INDEX))
    if offset_bytes % offset_index.ENTRY_BYTES or time_bytes % time_index.ENTRY_BYTES:
        raise CorruptFile("an index has a size that is no multiple of its entries'")
    segment.index_entries = offset_bytes // offset_index.ENTRY_BYTES
    segment.time_entries = time_bytes // time_index.ENTRY_BYTES
    if segment.index_entries:
        ends = _first_and_last(open_files, segment.path(OFFSET_INDEX), offset_index.ENTRY_BYTES)
        offset_index.decode(ends, log_size=segment.size)
    if segment.time_entries:
        ends = _first_and_last(open_files, segment.path(TIME_INDEX), time_index.ENTRY_BYTES)
        index = time_index.decode(ends)
        segment.max_timestamp = segment.indexed_timestamp = index.timestamps[-1]
        segment.max_timestamp_offset = segment.base_offset + index.relative_offsets[-1]


def _first_and_last(open_files: OpenFiles, path: str, entry_bytes: int) -> bytes:
    """Both ends of an index: enough to see a tail of zeros, as preallocation leaves one."""
    files = open_files.files
    size = files.size(path)
    fd = files.open(path, READ)
    try:
        first = files.pread(fd, entry_bytes, 0)
        if size == entry_bytes:
            return first
        return first + files.pread(fd, entry_bytes, size - entry_bytes)
    finally:
        files.close(fd)


def _open_clean_end(log: Log) -> bool:
    """Find the end of the log behind the last index entry; False when bytes follow it."""
    log.producers = None
    if not log.segments:
        return True
    open_files = log.open_files
    segment = log.segments[-1]
    fd = segment.file(open_files).fd
    next_offset, end = segment.base_offset, 0
    start = segment.offset_index(open_files).position_before(2**31 - 1)
    for position, header in headers(open_files.files, fd, position=start, end=segment.size):
        next_offset, end = header.next_offset, position + header.size_in_bytes
    if end != segment.size:
        return False
    if segment.size >= HEADER_BYTES:
        timestamp = read_header(open_files.files.pread(fd, HEADER_BYTES, 0)).max_timestamp
        segment.first_timestamp = timestamp if timestamp >= 0 else UNKNOWN_AGE
    log.log_end_offset = next_offset
    log.producers = producer_replay.rebuild(
        open_files, log.folder, log.segments, end_offset=next_offset
    )
    return True


def _recover(log: Log, first: int, report: RecoveryReport, *, knows_epochs: bool) -> None:
    """Scan the segments from `first` on and cut the log at the first bad batch."""
    if not log.segments:
        return
    log.epochs = log.epochs or LeaderEpochs()
    trusted = _trusted_part(log, log.segments[first]) if knows_epochs else None
    producers, scan, result = _scan_first(log, first, trusted)
    if trusted is not None and result.next_offset < trusted.producers_offset:
        # The snapshot knows of batches that are not there: then it was wrong to trust.
        trusted = None
        producers, scan, result = _scan_first(log, first, None)
    log.producers = producers
    report.scanned_bytes -= trusted.end_position if trusted is not None else 0
    for place in range(first, len(log.segments)):
        segment = log.segments[place]
        if place > first:
            content = producer_snapshot.encode(producers)
            log_files.write_snapshot(log, segment.base_offset, content)
            scan = _scan(log, segment, producers, None)
            result = scan.run(log.open_files)
        report.scanned_bytes += result.valid_bytes
        log.log_end_offset = result.next_offset
        if result.problem is not None:
            _cut(log, place, result.valid_bytes, result.problem, report)
        scan.write_indexes(log.open_files)
        if result.problem is not None:
            break
        if segment is not log.segments[-1]:
            segment.append_last_time(log.open_files)


def _trusted_part(log: Log, segment: Segment) -> TrustedPart | None:
    """The start of the segment that needs no scan."""
    snapshot_offset, _ = producer_replay.newest_snapshot(
        log.open_files.files, log.folder, highest=log.recovery_point
    )
    assert log.epochs is not None
    return trusted_part.find(segment, log.epochs, log.open_files, snapshot_offset=snapshot_offset)


def _scan_first(
    log: Log, first: int, trusted: TrustedPart | None
) -> tuple[ProducerState, SegmentScan, ScanResult]:
    """Scan the first segment with the state of the producers as of its start or its snapshot."""
    segment = log.segments[first]
    files = log.open_files.files
    if trusted is not None:
        producer_replay.remove_snapshots(files, log.folder, above=trusted.producers_offset)
        _, producers = producer_replay.newest_snapshot(
            files, log.folder, highest=trusted.producers_offset
        )
    else:
        producer_replay.remove_snapshots(files, log.folder, above=segment.base_offset)
        producers = producer_replay.rebuild(
            log.open_files, log.folder, log.segments[:first], end_offset=segment.base_offset
        )
    scan = _scan(log, segment, producers, trusted)
    return producers, scan, scan.run(log.open_files)


def _scan(
    log: Log, segment: Segment, producers: ProducerState, trusted: TrustedPart | None
) -> SegmentScan:
    assert log.epochs is not None
    return SegmentScan(
        segment,
        index_interval_bytes=log.config.index_interval_bytes,
        producers=producers,
        epochs=log.epochs,
        trusted=trusted,
    )


def _cut(log: Log, place: int, valid_bytes: int, problem: str, report: RecoveryReport) -> None:
    """Shorten the segment at `place` and remove those behind it."""
    files = log.open_files.files
    segment = log.segments[place]
    lost = segment.size - valid_bytes
    removed = log.segments[place + 1 :]
    report.add(
        log.folder,
        f"cut at offset {log.log_end_offset} because of {problem}: {lost} bytes of segment"
        f" {segment.base_offset} and {len(removed)} later segments",
    )
    log.open_files.drop(segment.path(LOG))
    file = segment.open_active(log.open_files)
    files.truncate(file.fd, valid_bytes)
    segment.size = valid_bytes
    for late in removed:
        late.forget_files(log.open_files)
        for suffix in (LOG, OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX):
            try:
                files.unlink(late.path(suffix))
            except FileNotFoundError:
                continue
    log.segments = log.segments[: place + 1]


def _rebuild_epochs(log: Log, segments: Sequence[Segment]) -> None:
    """Read the leader epochs from the headers of all trusted segments."""
    log.epochs = known = LeaderEpochs()
    for segment in segments:
        fd = segment.file(log.open_files).fd
        for _, header in headers(log.open_files.files, fd, position=0, end=segment.size):
            if header.partition_leader_epoch > known.latest:
                known.assign(header.partition_leader_epoch, header.base_offset)


def _settle_epochs(log: Log, on_disk: bytes | None) -> None:
    """Epochs must begin within the log; one that begins at its end has no record yet."""
    known = log.epochs or LeaderEpochs()
    known.truncate_from_end(log.log_end_offset + 1)
    known.truncate_from_start(log.log_start_offset)
    if known.encode() != on_disk:
        log_files.write_epochs(log)
