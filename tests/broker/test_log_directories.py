"""A broker with two log directories, one of which cannot be used."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wirekafka_storage import log_manager
from wirekafka_storage.files import Disk

from wirekafka.broker import Broker, StartError
from wirekafka.config.parse import load
from wirekafka.metadata.topics import NewTopic
from wirekafka.partition.record_log import PartitionLog


def make(base: Path) -> Broker:
    assignments = [
        f"log.dirs={base / 'a'},{base / 'b'}",
        "listeners=PLAINTEXT://127.0.0.1:0",
        "node.id=1",
    ]
    return Broker(load(assignments=assignments))


def on_broker(base: Path, work: Callable[[Broker], Any]) -> Any:
    """Start, do the work, stop."""

    async def run() -> Any:
        broker = make(base)
        await broker.start()
        try:
            result = work(broker)
            return await result if asyncio.iscoroutine(result) else result
        finally:
            await broker.stop()

    return asyncio.run(run())


async def create(broker: Broker) -> None:
    """A topic of four partitions, two in each directory, a record in each."""
    await broker.metadata.create_topics([NewTopic("t", 4, 1)])
    for index in range(4):
        partition = broker.partitions.get("t", index)
        assert partition is not None
        log = PartitionLog(broker.partitions, partition, lambda: None)
        log.append([(None, b"x")], broker.clock.now_ms())
    parents = [log.parent for (topic, _), log in broker.log_manager.logs.items() if topic == "t"]
    assert len(set(parents)) == 2
    assert parents.count(parents[0]) == 2


def state(broker: Broker) -> dict[int, int | None]:
    """End offsets by partition; None for those that are offline."""
    found = [(index, broker.partitions.get("t", index)) for index in range(4)]
    return {
        index: None if partition is None or partition.offline else partition.log.log_end_offset
        for index, partition in found
    }


def spoil_meta(path: Path) -> None:
    (path / "meta.properties").write_text("nonsense")


def other_cluster(path: Path) -> None:
    meta = path / "meta.properties"
    meta.write_text(meta.read_text().replace("cluster.id=", "cluster.id=x"))


def a_file(path: Path) -> None:
    shutil.rmtree(path)
    path.write_text("")


DAMAGES = (spoil_meta, other_cluster, a_file)


@pytest.mark.parametrize("damage", DAMAGES)
def test_without_a_further_directory_the_rest_is_served(
    damage: Callable[[Path], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    on_broker(tmp_path, create)
    damage(tmp_path / "b")
    caplog.set_level(logging.ERROR)
    found = on_broker(tmp_path, state)
    assert sorted(found.values(), key=str) == [1, 1, None, None]
    lines = [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR]
    assert len(lines) == 1, lines
    assert str(tmp_path / "b") in lines[0]


class ReadOnlyDisk(Disk):
    """Below `path` nothing can be changed. Permissions would not hold for root."""

    def __init__(self, path: str, *, locks: bool) -> None:
        self._path = path
        self._locks = locks
        """Whether the lock file, which is there, can be opened for writing nevertheless."""

    def open(self, path: str, flags: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
            self._refuse(path)
        return super().open(path, flags)

    def lock(self, path: str) -> int:
        if not self._locks:
            self._refuse(path)
        return super().lock(path)

    def rename(self, source: str, target: str) -> None:
        self._refuse(source)
        super().rename(source, target)

    def unlink(self, path: str) -> None:
        self._refuse(path)
        super().unlink(path)

    def mkdir(self, path: str) -> None:
        if not os.path.exists(path):
            self._refuse(path)
        super().mkdir(path)

    def _refuse(self, path: str) -> None:
        if path.startswith(self._path):
            number = errno.EACCES if self._locks else errno.EROFS
            raise OSError(number, os.strerror(number), path)


@pytest.mark.parametrize("locks", [False, True])
def test_a_directory_that_cannot_be_written_at_start_is_offline_and_the_rest_is_served(
    locks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As Kafka: an error while locking, or while the mark of a clean stop is taken away."""
    on_broker(tmp_path, create)
    before = contents(tmp_path / "b")
    caplog.set_level(logging.ERROR)
    with monkeypatch.context() as patch:
        patch.setattr(log_manager, "Disk", lambda: ReadOnlyDisk(str(tmp_path / "b"), locks=locks))
        found = on_broker(tmp_path, state)
    assert sorted(found.values(), key=str) == [1, 1, None, None]
    (line,) = (record.getMessage() for record in caplog.records)
    assert str(tmp_path / "b") in line
    assert ("Permission denied" if locks else "Read-only file system") in line
    assert contents(tmp_path / "b") == before
    assert on_broker(tmp_path, state) == dict.fromkeys(range(4), 1), "it can be written again"


@pytest.mark.parametrize("locks", [False, True])
def test_a_first_directory_that_cannot_be_written_lets_nothing_start(
    locks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_broker(tmp_path, create)
    monkeypatch.setattr(log_manager, "Disk", lambda: ReadOnlyDisk(str(tmp_path / "a"), locks=locks))
    with pytest.raises(StartError, match=str(tmp_path / "a")):
        on_broker(tmp_path, state)


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in files}


def test_a_directory_that_was_emptied_is_a_new_one(tmp_path: Path) -> None:
    """What was in it is gone. Kafka, which wants it formatted, does not start."""
    on_broker(tmp_path, create)
    shutil.rmtree(tmp_path / "b")
    found = on_broker(tmp_path, state)
    assert sorted(found.values(), key=str) == [0, 0, 1, 1]


@pytest.mark.parametrize("damage", [spoil_meta, a_file])
def test_without_the_first_directory_there_is_no_metadata_and_no_broker(
    damage: Callable[[Path], None], tmp_path: Path
) -> None:
    on_broker(tmp_path, create)
    damage(tmp_path / "a")
    with pytest.raises(StartError, match=str(tmp_path / "a")):
        on_broker(tmp_path, state)


def test_a_directory_that_comes_back_brings_its_partitions(tmp_path: Path) -> None:
    on_broker(tmp_path, create)
    meta = tmp_path / "b" / "meta.properties"
    content = meta.read_bytes()
    spoil_meta(tmp_path / "b")
    on_broker(tmp_path, state)
    meta.write_bytes(content)
    assert on_broker(tmp_path, state) == dict.fromkeys(range(4), 1)


def test_the_broker_stops_when_the_last_directory_fails(tmp_path: Path) -> None:
    def fail(broker: Broker) -> None:
        broker.partitions.directory_failed(str(tmp_path / "b"), "test")
        assert not broker.failed.is_set()
        assert sorted(state(broker).values(), key=str) == [1, 1, None, None]
        broker.partitions.directory_failed(str(tmp_path / "a"), "test")
        assert broker.failed.is_set()

    on_broker(tmp_path, create)
    on_broker(tmp_path, fail)
