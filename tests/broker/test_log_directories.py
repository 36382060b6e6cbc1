"""A broker with two log directories, one of which cannot be used."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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
