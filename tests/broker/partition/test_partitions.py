"""Commit, failing disks, waking, and following the metadata."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.batch import iter_batches, read_header

from wirekafka.partition.partition import Partition

BatchMaker = Callable[..., bytes]


class Recorder:
    """A fetch waiter that writes down who woke it."""

    def __init__(self) -> None:
        self.woken_by: list[Partition] = []

    def data_arrived(self, partition: Partition) -> None:
        self.woken_by.append(partition)
        partition.remove_fetch_waiter(self)


def stage(room: Any, topic: str, batch: bytes, index: int = 0) -> None:
    """As Produce does, without commit."""
    partition = room.partition(topic, index)
    partition.stage(memoryview(bytearray(batch)), read_header(batch), room.clock.now_ms())
    room.partitions.staged.append(partition)


def two_directories(make_room: Callable[..., Any]) -> tuple[Any, str, str]:
    """A room whose two topics lie in different directories."""
    room = make_room(directories=2)
    room.add_topic("first")
    room.add_topic("second")
    first, second = room.partition("first").log.parent, room.partition("second").log.parent
    assert first != second
    return room, first, second


# -- commit -------------------------------------------------------------------------------------


def test_nothing_is_visible_before_commit(room: Any, batch: BatchMaker) -> None:
    room.add_topic("a")
    stage(room, "a", batch(b"1"))
    stage(room, "a", batch(b"2", b"3"))
    partition = room.partition("a")
    assert room.partitions.has_staged
    assert (partition.log.log_end_offset, partition.high_watermark) == (0, 0)
    assert room.partitions.commit()
    assert (partition.log.log_end_offset, partition.high_watermark) == (3, 3)
    assert not room.partitions.has_staged


def test_a_waiter_is_woken_once_for_many_batches_of_one_commit(
    room: Any, batch: BatchMaker
) -> None:
    class Patient(Recorder):
        def data_arrived(self, partition: Partition) -> None:
            self.woken_by.append(partition)

    room.add_topic("a")
    waiter = Patient()
    room.partition("a").add_fetch_waiter(waiter)
    for _ in range(5):
        stage(room, "a", batch(b"v"))
    room.partitions.commit()
    assert waiter.woken_by == []
    room.partitions.wake()
    assert waiter.woken_by == [room.partition("a")]


def test_commit_waiters_are_called_in_wake_when_their_offset_is_reached(
    room: Any, batch: BatchMaker
) -> None:
    room.add_topic("a")
    partition = room.partition("a")
    called: list[int] = []
    for end_offset in (1, 2, 3):
        partition.when_committed(end_offset, lambda end=end_offset: called.append(end))
    stage(room, "a", batch(b"1", b"2"))
    room.partitions.commit()
    assert called == []
    room.partitions.wake()
    assert called == [1, 2]
    partition.when_committed(2, lambda: called.append(-2))
    assert called == [1, 2, -2]


def test_a_waiter_that_appends_wakes_others_in_the_same_wake(room: Any, batch: BatchMaker) -> None:
    class Writer(Recorder):
        def data_arrived(self, partition: Partition) -> None:
            super().data_arrived(partition)
            stage(room, "b", batch(b"v"))
            room.partitions.commit()

    room.add_topic("a")
    room.add_topic("b")
    writer, reader = Writer(), Recorder()
    room.partition("a").add_fetch_waiter(writer)
    room.partition("b").add_fetch_waiter(reader)
    stage(room, "a", batch(b"v"))
    room.partitions.commit()
    room.partitions.wake()
    assert reader.woken_by == [room.partition("b")]


# -- failing disks ------------------------------------------------------------------------------


def test_a_failed_commit_takes_its_directory_offline_and_the_other_goes_on(
    make_room: Callable[..., Any], batch: BatchMaker
) -> None:
    room, bad, _good = two_directories(make_room)
    waiter = Recorder()
    room.partition("first").add_fetch_waiter(waiter)
    room.disk.full.add(bad)
    stage(room, "first", batch(b"v"))
    stage(room, "second", batch(b"v"))
    assert not room.partitions.commit()
    assert room.partition("first").offline
    assert not room.partition("second").offline
    assert room.partition("first").high_watermark == 0
    assert room.partition("second").high_watermark == 1
    room.partitions.wake()
    assert waiter.woken_by == [room.partition("first")]
    assert list(room.log_manager.offline) == [bad]
    stage(room, "second", batch(b"v"))
    assert room.partitions.commit()
    assert {header.next_offset for header, _ in iter_batches(room.log_bytes("second"))} == {1, 2}


def test_after_a_failed_write_nothing_more_is_written_to_that_directory(
    make_room: Callable[..., Any], batch: BatchMaker
) -> None:
    room = make_room()
    room.add_topic("a", partitions=3)
    room.append("a", b"kept", index=2)
    before = room.log_bytes("a", 2)
    room.disk.full.add(room.partition("a").log.folder)
    for index in (0, 0, 1, 2):
        stage(room, "a", batch(b"v"), index)
    assert not room.partitions.commit()
    assert all(partition.offline for partition in room.partitions)
    assert [partition.high_watermark for partition in room.partitions] == [0, 0, 1]
    assert room.log_bytes("a", 2) == before


def test_an_early_commit_that_fails_is_told_at_the_end_of_the_wake_up(
    make_room: Callable[..., Any], batch: BatchMaker
) -> None:
    """A request behind Produce commits first; the acks that are not sent yet must not go out."""
    room, bad, _ = two_directories(make_room)
    room.disk.full.add(bad)
    stage(room, "first", batch(b"v"))
    room.partitions.commit_early()
    room.append("second", b"by a coordinator")
    stage(room, "second", batch(b"v"))
    assert not room.partitions.commit_last()
    assert room.partitions.commit_last()


def test_a_coordinator_hears_that_its_append_failed(make_room: Callable[..., Any]) -> None:
    room, bad, _ = two_directories(make_room)
    room.disk.full.add(bad)
    for _ in range(2):
        with pytest.raises(ApiError) as refused:
            room.append("first", b"v")
        assert refused.value.code is ErrorCode.KAFKA_STORAGE_ERROR
    room.append("second", b"v")


# -- topics come, change and go -----------------------------------------------------------------


def test_deleting_a_topic_wakes_who_waits_and_its_partitions_are_offline(room: Any) -> None:
    topic_id = room.add_topic("a", partitions=2)
    room.append("a", b"v", index=1)
    partition, waiter = room.partition("a", 1), Recorder()
    partition.add_fetch_waiter(waiter)
    room.partitions.delete_topic(topic_id)
    assert partition.offline
    assert room.partitions.get("a", 1) is None
    room.partitions.wake()
    assert waiter.woken_by == [partition]
    room.partitions.delete_topic(topic_id)


def test_a_deleted_topic_can_be_made_again_at_once(room: Any) -> None:
    old = room.add_topic("a", topic_id=b"1" * 16)
    room.append("a", b"old")
    room.partitions.delete_topic(old)
    new = room.add_topic("a", topic_id=b"2" * 16)
    assert room.partition("a").high_watermark == 0
    room.append("a", b"new")
    assert set(room.partitions.by_id) == {new}
    assert b"new" in room.log_bytes("a")
    assert b"old" not in room.log_bytes("a")


def test_a_topic_in_an_offline_directory_can_be_deleted(
    make_room: Callable[..., Any], batch: BatchMaker
) -> None:
    room, bad, _ = two_directories(make_room)
    topic_id = room.partition("first").topic_id
    room.disk.full.add(bad)
    stage(room, "first", batch(b"v"))
    room.partitions.commit()
    room.partitions.delete_topic(topic_id)
    assert room.partitions.get("first", 0) is None


def test_a_directory_that_fails_while_a_topic_is_deleted_goes_offline(
    make_room: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room()
    room.add_topic("other")
    topic_id = room.add_topic("a", partitions=3)
    for index in range(3):
        room.append("a", b"v", index=index)

    def refuse(source: str, target: str) -> None:
        raise OSError(5, "Input/output error", source)

    monkeypatch.setattr(room.disk, "rename", refuse)
    room.partitions.delete_topic(topic_id)
    assert room.partition("other").offline
    assert "a" not in room.partitions.by_name


def test_a_topic_that_cannot_be_opened_leaves_the_others_alone(
    make_room: Callable[..., Any], batch: BatchMaker
) -> None:
    """No directory is left."""
    room = make_room()
    room.add_topic("a")
    room.disk.full.add(room.directories[0])
    stage(room, "a", batch(b"v"))
    room.partitions.commit()
    room.add_topic("b", partitions=2)
    assert room.partitions.by_name["b"].partitions == [None, None]


def test_new_partitions_join_the_old_ones(room: Any) -> None:
    topic_id = room.add_topic("a")
    room.append("a", b"v")
    old = room.partition("a")
    room.add_topic("a", partitions=3)
    assert room.partition("a") is old
    assert len(room.partitions.by_id[topic_id].partitions) == 3


def test_a_changed_config_holds_for_the_next_batch(room: Any) -> None:
    topic_id = room.add_topic("a")
    found = room.partitions.by_name["a"]
    assert not found.produce_rules(room.partition("a")).is_append_time
    configs = room.topic_configs({"message.timestamp.type": "LogAppendTime"})
    room.partitions.configure_topic(topic_id, configs)
    assert found.produce_rules(room.partition("a")).is_append_time
    assert room.partition("a").log.config.message_timestamp_type == "LogAppendTime"


def test_a_partition_that_another_broker_has_is_none(room: Any) -> None:
    room.partitions.open_topic("a", b"a" * 16, room.topic_configs({}), {2: 5}, internal=False)
    assert room.partitions.get("a", 0) is None
    assert room.partition("a", 2).leader_epoch == 5
    assert room.partitions.get("a", 3) is None
    assert room.partitions.get("a", -1) is None
    assert [partition.index for partition in room.partitions] == [2]


def test_a_partition_that_may_lie_in_an_offline_directory_is_not_made_anew(
    make_room: Callable[..., Any],
) -> None:
    """Made anew elsewhere it would hide its records and start again at offset 0."""
    room, first, _ = two_directories(make_room)
    configs = room.partitions.by_name["first"].configs
    room.partitions.directory_failed(first, "test")
    fresh = type(room.partitions)(room.log_manager, room.clock.now_ms)
    fresh.open_topic("old", b"o" * 16, configs, {0: 0}, internal=False, is_new=False)
    fresh.open_topic("new", b"n" * 16, configs, {0: 0}, internal=False)
    old, new = fresh.get("old", 0), fresh.get("new", 0)
    assert old is not None
    assert old.offline
    assert new is not None
    assert not new.offline
