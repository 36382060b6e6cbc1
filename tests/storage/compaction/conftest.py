"""A log that is filled, compacted in this process and read back, and what it must hold then."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.records.batch import BatchHeader, read_header
from wirekafka_protocol.records.control import ControlType, EndMarker, build_end_marker
from wirekafka_protocol.records.record import Record, build_batch, read_records
from wirekafka_storage.batch_scan import headers, read_batch
from wirekafka_storage.compaction.cleanable import cleanable, job_for
from wirekafka_storage.compaction.job import CompactionJob
from wirekafka_storage.compaction.run import compact
from wirekafka_storage.compaction.swap import discard, swap_in
from wirekafka_storage.files import Disk
from wirekafka_storage.log_config import NEVER, LogConfig
from wirekafka_storage.log_manager import LogManager

NOW_MS = 1_700_000_000_000
DAY_MS = 24 * 3600 * 1000
TOPIC_ID = bytes(range(16))
TRANSACTIONAL = 0x10


class Killed(OSError):
    """The process ended here."""


class KillingDisk(Disk):
    """Ends everything at the k-th call that changes the disk, and all calls after it."""

    def __init__(self) -> None:
        self.calls_left: int | None = None
        self.calls = 0

    def _step(self) -> None:
        self.calls += 1
        if self.calls_left is not None:
            if self.calls_left <= 0:
                raise Killed(errno.EIO, "killed")
            self.calls_left -= 1

    def open(self, path: str, flags: int) -> int:
        if flags & (os.O_CREAT | os.O_TRUNC):
            self._step()
        return super().open(path, flags)

    def writev(self, fd: int, buffers: Sequence[Any]) -> int:  # type: ignore[override]
        self._step()
        return os.writev(fd, buffers)

    def fsync(self, fd: int) -> None:  # type: ignore[override]
        self._step()

    def fsync_directory(self, path: str) -> None:
        self._step()

    def rename(self, source: str, target: str) -> None:  # type: ignore[override]
        self._step()
        os.replace(source, target)

    def unlink(self, path: str) -> None:  # type: ignore[override]
        self._step()
        os.unlink(path)


@dataclass(frozen=True)
class Row:
    """One record as a reader of everything sees it."""

    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int
    headers: tuple[Any, ...] = ()


class Cleaned:
    """One log in one log directory, with a clock, that can be compacted and opened again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.disk = KillingDisk()
        self.now_ms = NOW_MS
        self.config = LogConfig(
            segment_bytes=2000,
            index_interval_bytes=200,
            cleanup_policy=frozenset({"compact"}),
            min_cleanable_dirty_ratio=0.0,
            delete_retention_ms=DAY_MS,
            producer_id_expiration_ms=NEVER,
        )
        self.map_bytes = 1 << 24
        self.sequences: dict[tuple[int, int], int] = {}
        self.manager: LogManager
        self.open()

    def open(self) -> None:
        self.manager = LogManager.open(
            [self.path],
            cluster_id="D3g6w8qlMNLNL0d59LaLVg",
            node_id=1,
            config_for=lambda topic: self.config,
            now_ms=self.now_ms,
            files=self.disk,
        )
        self.log = self.manager.get_or_create("t", 0, TOPIC_ID, self.config)

    def crash(self) -> None:
        self.manager.close(clean=False)
        self.disk.calls_left = None
        self.open()

    def restart(self) -> None:
        self.manager.close(clean=True)
        self.open()

    def configure(self, **changes: Any) -> None:
        self.config = replace(self.config, **changes)
        self.log.update_config(self.config)

    # -- filling --------------------------------------------------------------------------------

    def produce(
        self,
        *pairs: tuple[bytes | None, bytes | None],
        producer_id: int = -1,
        epoch: int = 0,
        transactional: bool = False,
        **fields: Any,
    ) -> int:
        """Append one batch of (key, value); its base offset."""
        records = [
            Record(place, self.now_ms + place, key, value)
            for place, (key, value) in enumerate(pairs)
        ]
        if producer_id >= 0:
            sequence = self.sequences.get((producer_id, epoch), 0)
            self.sequences[producer_id, epoch] = sequence + len(pairs)
            fields |= {
                "producer_id": producer_id,
                "producer_epoch": epoch,
                "base_sequence": sequence,
                "attributes": TRANSACTIONAL if transactional else 0,
            }
        return self.append(build_batch(records, **fields))

    def marker(self, producer_id: int, *, commit: bool, epoch: int = 0) -> int:
        kind = ControlType.COMMIT if commit else ControlType.ABORT
        return self.append(
            build_end_marker(
                EndMarker(kind, 0),
                producer_id=producer_id,
                producer_epoch=epoch,
                timestamp_ms=self.now_ms,
            )
        )

    def append(self, content: bytes) -> int:
        batch = memoryview(bytearray(content))
        header = read_header(batch)
        appended = self.log.stage(batch, header, leader_epoch=0, now_ms=self.now_ms)
        self.log.write_staged()
        return appended.base_offset

    def roll(self) -> None:
        self.log.roll(self.now_ms)

    # -- compacting -----------------------------------------------------------------------------

    @property
    def clean_offset(self) -> int | None:
        return self.manager.directories[str(self.path)].clean_offsets.get(("t", 0))

    def job(self) -> CompactionJob:
        found = cleanable(
            self.log,
            self.clean_offset,
            high_watermark=self.log.log_end_offset,
            now_ms=self.now_ms,
        )
        return job_for(
            found,
            now_ms=self.now_ms,
            map_bytes=self.map_bytes,
            read_bytes=1 << 20,
            max_bytes_per_second=float("inf"),
        )

    def clean(self) -> int:
        """One run; the offset below which the log is clean afterwards."""
        job = CompactionJob.from_json(self.job().to_json())
        result = compact(job, self.disk, self._swap, lambda size: None)
        discard(self.disk, self.log.folder)
        clean_offsets = self.manager.directories[str(self.path)].clean_offsets
        clean_offsets["t", 0] = result.end_offset
        self.last = result
        return result.end_offset

    def _swap(self, group: Any) -> None:
        assert swap_in(self.log, group, self.now_ms)

    # -- reading --------------------------------------------------------------------------------

    def batches(self) -> list[tuple[BatchHeader, bytes]]:
        """Every batch, read from the log as a consumer does, each CRC checked."""
        from wirekafka_protocol.records.batch import is_intact, iter_batches

        position, found = self.log.log_start_offset, []
        while position < self.log.log_end_offset:
            piece = self.log.read(
                position, 3000, upper_bound=self.log.log_end_offset, min_one_message=True
            ).read_bytes()
            batches = [(header, bytes(batch)) for header, batch in iter_batches(piece)]
            if not batches:
                break
            assert all(is_intact(batch) for _, batch in batches)
            found += batches
            position = batches[-1][0].next_offset
        return found

    def rows(self, *, committed: bool = False) -> list[Row]:
        """Every record that is not a marker; with `committed`, as read_committed sees them."""
        end = self.log.last_stable_offset(self.log.log_end_offset)
        aborted = self.log.aborted_transactions(0, end) if committed else []
        rows = []
        for header, batch in self.batches():
            if header.is_control or (committed and header.base_offset >= end):
                continue
            if header.is_transactional and any(
                one.producer_id == header.producer_id
                and one.first_offset <= header.base_offset <= one.last_offset
                for one in aborted
            ):
                continue
            rows += [
                Row(r.offset, r.key, r.value, r.timestamp, tuple(r.headers))
                for r in read_records(batch)
            ]
        return rows

    def markers(self) -> list[tuple[int, int]]:
        """(offset, number of records) of every control batch."""
        return [(h.base_offset, h.record_count) for h, _ in self.batches() if h.is_control]

    def check_indexes(self) -> None:
        """Every offset is found where a walk over all batches finds it, before and after."""
        for header, _ in self.batches():
            for offset in (header.base_offset, header.last_offset):
                found = self.log.read(
                    offset, 100, upper_bound=self.log.log_end_offset, min_one_message=True
                )
                assert found.base_offset == header.base_offset
        for segment in self.log.segments:
            fd = segment.file(self.log.open_files).fd
            times = [
                header.max_timestamp
                for _, header in headers(self.disk, fd, position=0, end=segment.size)
            ]
            assert segment.max_timestamp == max(times, default=-1)
            for position, header in headers(self.disk, fd, position=0, end=segment.size):
                read_records(read_batch(self.disk, fd, position, header.size_in_bytes))

    def names(self, state: str = "") -> list[str]:
        return sorted(p.name for p in (self.path / "t-0").glob(f"*.log{state}"))


@pytest.fixture
def cleaned(tmp_path: Path) -> Iterator[Cleaned]:
    made = Cleaned(tmp_path / "data")
    yield made
    made.disk.calls_left = None
    made.manager.close(clean=False)


@pytest.fixture
def make_cleaned(tmp_path: Path) -> Iterator[Callable[..., Cleaned]]:
    """make_cleaned(): an empty one; make_cleaned(path): one with a copy of what is there."""
    made: list[Cleaned] = []

    def make(copied: Path | None = None) -> Cleaned:
        path = tmp_path / f"data{len(made)}"
        if copied is not None:
            shutil.copytree(copied, path)
        made.append(Cleaned(path))
        return made[-1]

    yield make
    for one in made:
        one.disk.calls_left = None
        one.manager.close(clean=False)


@pytest.fixture(scope="session")
def row() -> type[Row]:
    return Row


@pytest.fixture(scope="session")
def killed() -> type[Killed]:
    return Killed
