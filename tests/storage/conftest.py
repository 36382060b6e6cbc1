"""What the storage tests share: batches, logs in a temporary directory, and a disk that fails."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.records.batch import BatchHeader, iter_batches, read_header
from wirekafka_protocol.records.control import ControlType, EndMarker, build_end_marker
from wirekafka_protocol.records.record import Record, build_batch, read_records
from wirekafka_storage.files import Disk, OpenFiles
from wirekafka_storage.log import Log
from wirekafka_storage.log_config import LogConfig
from wirekafka_storage.log_manager import LogManager

sys.path.insert(0, str(Path(__file__).parent))  # for the package faulty_disks

NOW_MS = 1_700_000_000_000
TOPIC_ID = bytes(range(16))
CLUSTER_ID = "D3g6w8qlMNLNL0d59LaLVg"


class FaultyDisk(Disk):
    """A disk with a budget of bytes, after which writes fail; and calls that fail on demand."""

    def __init__(self) -> None:
        self.bytes_left: int | None = None
        self.error = errno.ENOSPC
        self.failing: set[str] = set()
        self.most_per_write: int | None = None
        self.synced: list[int] = []
        self.done: list[tuple[str, str]] = []
        """("fsync" or "rename", name of the file), in order."""
        self._names: dict[int, str] = {}
        self.open_descriptors: set[int] = set()

    def writev(self, fd: int, buffers: Sequence[Any]) -> int:  # type: ignore[override]
        self._check("writev")
        content = b"".join(buffers)
        limit = len(content)
        if self.most_per_write is not None:
            limit = min(limit, self.most_per_write)
        if self.bytes_left is not None:
            if self.bytes_left == 0:
                raise OSError(self.error, os.strerror(self.error))
            limit = min(limit, self.bytes_left)
            self.bytes_left -= limit
        return os.write(fd, content[:limit])

    def pread(self, fd: int, size: int, position: int) -> bytes:  # type: ignore[override]
        self._check("pread")
        return os.pread(fd, size, position)

    def fsync(self, fd: int) -> None:  # type: ignore[override]
        self._check("fsync")
        self.synced.append(fd)
        self.done.append(("fsync", self._names[fd]))

    def rename(self, source: str, target: str) -> None:  # type: ignore[override]
        self._check("rename")
        self.done.append(("rename", os.path.basename(source)))
        os.replace(source, target)

    def open(self, path: str, flags: int) -> int:
        self._check("open")
        fd = super().open(path, flags)
        self.open_descriptors.add(fd)
        self._names[fd] = os.path.basename(path)
        return fd

    def close(self, fd: int) -> None:  # type: ignore[override]
        self.open_descriptors.discard(fd)
        os.close(fd)

    def fsync_directory(self, path: str) -> None:
        self._check("fsync")

    def _check(self, call: str) -> None:
        if call in self.failing:
            raise OSError(self.error, os.strerror(self.error))


class Storage:
    """One log directory that can be opened again and again, as after a stop or a crash."""

    def __init__(self, path: Path, disk: FaultyDisk) -> None:
        self.path = path
        self.disk = disk
        self.config = LogConfig(segment_bytes=600, index_interval_bytes=150)
        self.manager = self.open()

    def open(self, **changes: Any) -> LogManager:
        arguments = {
            "cluster_id": CLUSTER_ID,
            "node_id": 1,
            "config_for": lambda topic: self.config,
            "now_ms": NOW_MS,
            "files": self.disk,
        }
        self.manager = LogManager.open([self.path], **(arguments | changes))
        return self.manager

    def log(self, topic: str = "t", partition: int = 0) -> Log:
        return self.manager.get_or_create(topic, partition, TOPIC_ID, self.config)

    def restart(self) -> Log:
        """Stop cleanly and start again."""
        self.manager.close(clean=True)
        self.open()
        return self.log()

    def crash(self) -> Log:
        """End without closing anything, start again."""
        self.manager.close(clean=False)
        self.open()
        return self.log()

    def folder(self) -> Path:
        return self.path / "t-0"


def make_batch(
    count: int = 1, *, timestamp: int = NOW_MS, value_bytes: int = 20, **fields: Any
) -> memoryview:
    records = [
        Record(i, timestamp + i, b"k%d" % i, bytes([i % 256]) * value_bytes) for i in range(count)
    ]
    return memoryview(bytearray(build_batch(records, **fields)))


def make_marker(
    *, producer_id: int, epoch: int = 0, commit: bool = True, coordinator_epoch: int = 0
) -> memoryview:
    kind = ControlType.COMMIT if commit else ControlType.ABORT
    batch = build_end_marker(
        EndMarker(kind, coordinator_epoch),
        producer_id=producer_id,
        producer_epoch=epoch,
        timestamp_ms=NOW_MS,
    )
    return memoryview(bytearray(batch))


def append(log: Log, batch: memoryview, *, epoch: int = 0, now_ms: int = NOW_MS) -> int:
    """Stage and write one batch; its base offset."""
    appended = log.stage(batch, read_header(batch), leader_epoch=epoch, now_ms=now_ms)
    log.write_staged()
    return appended.base_offset


def read_all(log: Log, offset: int | None = None) -> list[tuple[BatchHeader, bytes]]:
    """All batches from the offset on (else the log start), read as a consumer does."""
    position = log.log_start_offset if offset is None else offset
    found: list[tuple[BatchHeader, bytes]] = []
    while position < log.log_end_offset:
        piece = log.read(
            position, 300, upper_bound=log.log_end_offset, min_one_message=True
        ).read_bytes()
        batches = [(header, bytes(batch)) for header, batch in iter_batches(piece)]
        assert batches, f"nothing at {position}"
        found += batches
        position = batches[-1][0].next_offset
    return found


def values(log: Log) -> list[tuple[int, bytes | None]]:
    """Offset and value of every record at or above the log start."""
    return [
        (record.offset, record.value)
        for _, batch in read_all(log)
        for record in read_records(batch)
        if record.offset >= log.log_start_offset
    ]


@pytest.fixture
def disk() -> FaultyDisk:
    return FaultyDisk()


@pytest.fixture
def storage(tmp_path: Path, disk: FaultyDisk) -> Iterator[Storage]:
    opened = Storage(tmp_path / "data", disk)
    yield opened
    disk.failing.clear()
    disk.bytes_left = None
    opened.manager.close(clean=False)


@pytest.fixture
def log(storage: Storage) -> Log:
    return storage.log()


@pytest.fixture
def make_log(tmp_path: Path, disk: FaultyDisk) -> Callable[..., Log]:
    """A log with its own config, outside of any manager."""
    made = 0

    def make(**config: Any) -> Log:
        nonlocal made
        made += 1
        return Log(
            "t",
            made,
            TOPIC_ID,
            parent=str(tmp_path),
            config=LogConfig(**config),
            open_files=OpenFiles(disk),
        )

    return make


class Kit:
    """The functions above, for tests that cannot import this file."""

    NOW_MS = NOW_MS
    TOPIC_ID = TOPIC_ID
    CLUSTER_ID = CLUSTER_ID
    Storage = Storage
    FaultyDisk = FaultyDisk
    batch = staticmethod(make_batch)
    marker = staticmethod(make_marker)
    append = staticmethod(append)
    read_all = staticmethod(read_all)
    values = staticmethod(values)


@pytest.fixture(scope="session")
def kit() -> type[Kit]:
    return Kit
