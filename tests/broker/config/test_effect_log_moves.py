"""What the quota of moves between log directories does to a move."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.messages.alter_replica_log_dirs import (
    AlterReplicaLogDir,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirTopic,
)

BROKER = 4
QUOTA = "replica.alter.log.dirs.io.max.bytes.per.second"
Live = Any  # LiveBroker of conftest.py, which tests cannot import
proves = pytest.mark.proves


async def copied(live: Live, at_least: int) -> int:
    """Wait until the move has copied so much; how much that is."""
    async with asyncio.timeout(10):
        while True:
            for move in live.broker.log_manager.moves.values():
                if move.copied_bytes >= at_least:
                    return int(move.copied_bytes)
            await asyncio.sleep(0)


async def moved(live: Live, directory: str) -> None:
    async with asyncio.timeout(10):
        while live.partition("t").log.parent != directory:
            await asyncio.sleep(0)


@pytest.fixture
def directories(tmp_path: Path) -> list[str]:
    return [str(tmp_path / "a"), str(tmp_path / "b")]


async def begin(live: Live, directory: str) -> int:
    """A log of ten batches is on its way; the size of the log."""
    assert await live.create("t", segment_bytes="1048576") == (0, None)
    for _ in range(10):
        await live.produce("t", b"x" * 1000)
    topics = [AlterReplicaLogDirTopic("t", [0])]
    request = AlterReplicaLogDirsRequest([AlterReplicaLogDir(directory, topics)])
    (topic,) = (await live.ask(request)).results
    assert topic.partitions[0].error_code == 0
    return int(live.partition("t").log.segments[0].size)


@proves("replica.alter.log.dirs.io.max.bytes.per.second")
@pytest.mark.parametrize("owner", ["", "1"])
def test_a_move_keeps_to_the_quota_and_follows_its_changes(
    on_broker: Callable[..., Any], directories: list[str], owner: str
) -> None:
    async def scenario(live: Live) -> None:
        assert await live.alter(BROKER, owner, QUOTA, "1000") == (0, None)
        source = live.broker.config.log_dirs
        size = await begin(live, source[1])
        assert size > 10_000
        assert await copied(live, 1000) == 1000  # a second's bytes are there from the beginning
        for seconds in range(1, 4):
            live.clock.advance(1000)
            at = await copied(live, 1000 * seconds)
            assert at <= 1000 * (seconds + 1)
            await live.produce("t", b"y")  # nobody is kept waiting by a move
        assert await live.alter(BROKER, owner, QUOTA, "4000") == (0, None)
        assert await copied(live, 6000) <= 8000
        assert live.partition("t").log.parent == source[0]
        assert await live.alter(BROKER, owner, QUOTA, None) == (0, None)
        await moved(live, source[1])
        assert live.partition("t").high_watermark == 13

    on_broker(scenario, f"log.dirs={','.join(directories)}")


def test_a_partition_that_gets_its_first_record_while_its_move_waits_is_moved(
    on_broker: Callable[..., Any], directories: list[str]
) -> None:
    async def scenario(live: Live) -> None:
        assert await live.alter(BROKER, "", QUOTA, "0") == (0, None)
        second = live.broker.config.log_dirs[1]
        await live.create("t")
        topics = [AlterReplicaLogDirTopic("t", [0])]
        await live.ask(AlterReplicaLogDirsRequest([AlterReplicaLogDir(second, topics)]))
        await live.produce("t", b"first")
        assert await live.alter(BROKER, "", QUOTA, None) == (0, None)
        await moved(live, second)
        assert not live.broker.log_manager.offline
        assert live.partition("t").high_watermark == 1

    on_broker(scenario, f"log.dirs={','.join(directories)}")


@proves("replica.alter.log.dirs.io.max.bytes.per.second")
def test_a_quota_of_nothing_stops_moves_which_may_be_given_up(
    on_broker: Callable[..., Any], directories: list[str]
) -> None:
    async def scenario(live: Live) -> None:
        assert await live.alter(BROKER, "", QUOTA, "0") == (0, None)
        source = live.broker.config.log_dirs[0]
        await begin(live, live.broker.config.log_dirs[1])
        (move,) = live.broker.log_manager.moves.values()
        for _ in range(50):
            live.clock.advance(100)
            await asyncio.sleep(0)
        assert move.copied_bytes == 0
        topics = [AlterReplicaLogDirTopic("t", [0])]
        await live.ask(AlterReplicaLogDirsRequest([AlterReplicaLogDir(source, topics)]))
        async with asyncio.timeout(10):
            while live.broker.log_moves._tasks:
                live.clock.advance(100)
                await asyncio.sleep(0)
        assert not Path(move.folder).exists()

    on_broker(scenario, f"log.dirs={','.join(directories)}")
