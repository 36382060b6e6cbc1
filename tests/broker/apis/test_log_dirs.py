"""DescribeLogDirs and AlterReplicaLogDirs, and what becomes of a replica that moves."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.alter_replica_log_dirs import (
    AlterReplicaLogDir,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirTopic,
)
from wirekafka_protocol.messages.describe_log_dirs import (
    DescribableLogDirTopic,
    DescribeLogDirsRequest,
)
from wirekafka_storage import log_move

MakeRoom = Callable[..., Any]
UNIQUE = "0123456789abcdef" * 2


def alter(room: Any, path: str, *keys: tuple[str, int], version: int = 2) -> list[ErrorCode]:
    """Error codes in the order of the keys."""
    topics = [AlterReplicaLogDirTopic(topic, [index]) for topic, index in keys]
    request = AlterReplicaLogDirsRequest([AlterReplicaLogDir(path, topics)])
    answer = room.ask(request, version)
    found = {
        (result.topic_name, row.partition_index): ErrorCode(row.error_code)
        for result in answer.results
        for row in result.partitions
    }
    return [found[key] for key in keys]


def rows(room: Any, *, topics: Any = None) -> dict[str, list[tuple[Any, ...]]]:
    """By directory: (topic, partition, size, lag, is future)."""
    answer = room.ask(DescribeLogDirsRequest(topics), 4)
    return {
        result.log_dir: [
            (topic.name, row.partition_index, row.partition_size, row.offset_lag, row.is_future_key)
            for topic in result.topics
            for row in topic.partitions
        ]
        for result in answer.results
    }


async def settled(room: Any) -> None:
    """Until no move is under way."""
    while room.log_manager.moves:
        await asyncio.sleep(0)
    await room.log_moves.stop()


def on_loop(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 30))


@pytest.fixture
def two(make_room: MakeRoom) -> Any:
    """Two directories; partition 0 of "t" in the first one, with three records."""
    room = make_room(directories=2)
    room.add_topic("t", partitions=2)
    room.append("t", b"a", b"b")
    room.append("t", b"c")
    return room


@pytest.fixture
def of_five_segments(make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """Two directories, and a log that is never so small that the loop copies it."""
    monkeypatch.setattr(log_move, "SMALL_BYTES", 0)
    room = make_room(directories=2)
    room.add_topic("t", segment_ms="1")
    for at in range(1, 6):
        room.append("t", b"x" * 1000, now_ms=at * 1000)
    return room, room.partition("t").log


def values(room: Any, topic: str = "t") -> bytes:
    return bytes(room.log_bytes(topic))


def test_every_directory_is_listed_with_its_partitions_and_volume(two: Any) -> None:
    size = len(values(two))
    first, second = two.directories
    assert rows(two) == {first: [("t", 0, size, 0, False)], second: [("t", 1, 0, 0, False)]}
    assert rows(two, topics=[]) == {first: [], second: []}
    asked = [DescribableLogDirTopic("t", [1, 7]), DescribableLogDirTopic("u", [0])]
    assert rows(two, topics=asked) == {first: [], second: [("t", 1, 0, 0, False)]}
    answer = two.ask(DescribeLogDirsRequest(None), 5)
    for result in answer.results:
        assert result.total_bytes > result.usable_bytes > 0
        assert not result.is_cordoned


def test_an_offline_directory_is_a_row_with_an_error(two: Any) -> None:
    two.partitions.directory_failed(two.directories[0], "test")
    answer = two.ask(DescribeLogDirsRequest(None), 4)
    offline, online = answer.results
    assert offline.error_code == ErrorCode.KAFKA_STORAGE_ERROR
    assert (offline.topics, offline.total_bytes, offline.usable_bytes) == ([], -1, -1)
    assert online.error_code == 0
    assert [topic.name for topic in online.topics] == ["t"]


def test_a_replica_moves_while_it_is_written(two: Any) -> None:
    log = two.partition("t").log
    before = values(two)

    async def move() -> None:
        assert alter(two, two.directories[1], ("t", 0)) == [ErrorCode.NONE]
        there = rows(two)[two.directories[1]]
        assert ("t", 0, 0, 3, True) in there
        two.append("t", b"d")
        await settled(two)

    on_loop(move())
    assert log.parent == two.directories[1]
    assert two.partition("t").log is log
    two.append("t", b"e")
    assert values(two).startswith(before)
    assert two.partition("t").high_watermark == 5
    assert rows(two)[two.directories[0]] == []
    left = [name for name in os.listdir(two.directories[0]) if name.startswith("t-0")]
    assert [name.endswith("-delete") for name in left] == [True]
    two.log_manager.due_deletions(2**60).run()
    assert not [name for name in os.listdir(two.directories[0]) if name.startswith("t-0")]


def test_a_moved_replica_is_found_by_the_next_start(two: Any) -> None:
    async def move() -> None:
        alter(two, two.directories[1], ("t", 0))
        await settled(two)

    on_loop(move())
    two.append("t", b"d")
    before = values(two)
    two.log_manager.close(clean=False)
    two.open_logs()
    two.add_topic("t", partitions=2)
    assert two.partition("t").log.parent == two.directories[1]
    assert values(two) == before


def test_a_partition_without_files_moves_at_once(two: Any) -> None:
    async def move() -> None:
        assert alter(two, two.directories[0], ("t", 1)) == [ErrorCode.NONE]
        await settled(two)

    on_loop(move())
    assert two.partition("t", 1).log.parent == two.directories[0]


def test_a_request_for_where_it_is_gives_a_move_up(two: Any) -> None:
    async def move() -> None:
        first, second = two.directories
        assert alter(two, second, ("t", 0)) == [ErrorCode.NONE]
        assert alter(two, first, ("t", 0)) == [ErrorCode.NONE]
        assert not two.log_manager.moves
        await asyncio.sleep(0)
        await settled(two)
        await two.log_moves.stop()

    on_loop(move())
    assert two.partition("t").log.parent == two.directories[0]


def test_a_copy_that_was_given_up_is_not_taken_up_after_a_crash(two: Any) -> None:
    """The broker may die before anybody has removed it."""
    first, second = two.directories

    async def move() -> None:
        assert alter(two, second, ("t", 0)) == [ErrorCode.NONE]
        (under_way,) = two.log_manager.moves.values()
        under_way.prepare()
        assert alter(two, first, ("t", 0)) == [ErrorCode.NONE]
        assert not Path(under_way.folder).exists()
        two.log_manager.close(clean=False)
        two.open_logs()
        assert two.log_manager.interrupted_moves == []
        await two.log_moves.stop()

    on_loop(move())
    two.log_manager.due_deletions(2**60).run()
    assert not [name for name in os.listdir(second) if name.startswith("t-0")]


def test_an_interrupted_copy_is_taken_up_by_the_next_start(
    of_five_segments: tuple[Any, Any],
) -> None:
    room, log = of_five_segments
    assert len(log.segments) == 5
    move = room.log_manager.begin_move(
        log, room.directories[1], log_move.future_folder("t", 0, UNIQUE)
    )
    move.prepare()
    for _ in range(2):
        piece = move.next_copy(2500)
        piece.run()
        move.copied(piece)
    before = values(room)
    room.log_manager.close(clean=False)

    room.open_logs()
    room.add_topic("t")
    assert len(room.log_manager.interrupted_moves) == 1

    async def resumed() -> None:
        room.log_moves.resume()
        (again,) = room.log_manager.moves.values()
        again.prepare()
        assert again.size > 0, "nothing of the first attempt is used"
        await settled(room)

    on_loop(resumed())
    assert room.partition("t").log.parent == room.directories[1]
    assert values(room) == before


def test_a_copy_of_a_partition_that_is_gone_is_removed(two: Any) -> None:
    left = Path(two.directories[1], f"gone-0.{UNIQUE}-future")
    left.mkdir()
    two.log_manager.close(clean=True)
    two.open_logs()
    two.log_moves.resume()
    two.log_manager.due_deletions(2**60).run()
    assert not left.exists()


def test_a_deleted_topic_takes_its_copy_along(two: Any) -> None:
    async def move() -> None:
        alter(two, two.directories[1], ("t", 0))
        two.partitions.delete_topic(two.partition("t").topic_id)
        await settled(two)

    on_loop(move())
    two.log_manager.due_deletions(2**60).run()
    for directory in two.directories:
        assert not [name for name in os.listdir(directory) if name.startswith("t-")]


def test_a_topic_that_is_made_anew_does_not_inherit_a_move_of_the_old_one(two: Any) -> None:
    first, second = two.directories

    async def move() -> None:
        assert alter(two, second, ("t", 0)) == [ErrorCode.NONE]
        (under_way,) = two.log_manager.moves.values()
        under_way.prepare()
        two.partitions.delete_topic(two.partition("t").topic_id)
        two.log_manager.preferred["t", 0] = first
        two.add_topic("t", topic_id=b"another topic id")
        assert not two.log_manager.moves
        assert not Path(under_way.folder).exists()
        assert alter(two, second, ("t", 0)) == [ErrorCode.NONE]
        await settled(two)

    on_loop(move())
    assert two.partition("t").log.parent == second


def test_a_copy_of_an_older_topic_of_the_name_is_not_taken_up(
    of_five_segments: tuple[Any, Any],
) -> None:
    room, log = of_five_segments
    name = log_move.future_folder("t", 0, UNIQUE)
    shutil.copytree(log.folder, f"{room.directories[1]}/{name}")
    move = room.log_manager.begin_move(log, room.directories[1], name)
    log.topic_id = b"another topic id"
    move.prepare()
    assert move.size == 0
    room.log_manager.end_move(move)


def test_a_disk_that_fails_under_a_copy_takes_only_its_directory_offline(two: Any) -> None:
    before = values(two)

    async def move() -> None:
        two.disk.full.add(two.directories[1])
        alter(two, two.directories[1], ("t", 0))
        await settled(two)

    on_loop(move())
    assert list(two.log_manager.offline) == [two.directories[1]]
    assert not two.partition("t").offline
    assert values(two) == before


@pytest.mark.parametrize("path", ["", "logs1", "/no/such/directory", "{}/", "{}/../logs1"])
def test_a_path_that_is_none_of_log_dirs_is_not_found(two: Any, path: str) -> None:
    path = path.format(two.directories[1])
    assert alter(two, path, ("t", 0)) == [ErrorCode.LOG_DIR_NOT_FOUND]


def test_who_cannot_move(two: Any) -> None:
    first, second = two.directories
    unknown = [("t", 2), ("none", 0), ("t", -1)]
    assert alter(two, second, *unknown) == [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION] * 3
    assert alter(two, second, ("x" * 249, 0)) == [ErrorCode.INVALID_TOPIC_EXCEPTION]
    two.log_manager.cordoned = frozenset({second})
    assert alter(two, second, ("t", 0)) == [ErrorCode.INVALID_REPLICA_ASSIGNMENT]
    two.log_manager.cordoned = frozenset()
    two.partitions.directory_failed(second, "test")
    assert alter(two, second, ("t", 0)) == [ErrorCode.KAFKA_STORAGE_ERROR]
    assert alter(two, first, ("t", 1)) == [ErrorCode.KAFKA_STORAGE_ERROR]


def test_with_an_offline_directory_nothing_moves(make_room: MakeRoom) -> None:
    room = make_room(directories=3)
    room.add_topic("t", partitions=3)
    room.partitions.directory_failed(room.directories[2], "test")
    assert alter(room, room.directories[1], ("t", 0)) == [ErrorCode.KAFKA_STORAGE_ERROR]
    assert alter(room, room.directories[0], ("t", 0)) == [ErrorCode.NONE]


def test_a_directory_is_remembered_for_a_partition_to_come(two: Any) -> None:
    second = two.directories[1]
    two.add_topic("fill", partitions=2)
    keys = [("new", index) for index in range(3)]
    assert alter(two, second, *keys) == [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION] * 3
    two.add_topic("new", partitions=3)
    assert {two.partition("new", index).log.parent for index in range(3)} == {second}


def test_a_cordoned_directory_gets_no_new_partitions(two: Any) -> None:
    two.log_manager.cordoned = frozenset({two.directories[1]})
    two.add_topic("new", partitions=3)
    assert {two.partition("new", index).log.parent for index in range(3)} == {two.directories[0]}


def test_of_two_directories_with_a_partition_the_longer_log_counts(two: Any) -> None:
    """A loss of power may bring the old folder of a moved replica back under its name."""
    first, second = two.directories
    shutil.copytree(f"{first}/t-0", f"{second}/t-0")
    two.append("t", b"d")
    before = values(two)
    two.log_manager.close(clean=False)
    two.open_logs()
    two.add_topic("t", partitions=2)
    assert not two.log_manager.offline
    assert two.partition("t").log.parent == first
    assert values(two) == before
    assert [name for name in os.listdir(second) if name.endswith("-stray")]
