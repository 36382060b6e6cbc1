"""Log directories: identity, locks, several of them, failing ones; life of logs in them."""

from __future__ import annotations

import os

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_storage.compaction.checkpoint import CleanOffsetsWrite
from wirekafka_storage.errors import LockError


def test_new_directory_gets_lock_and_identity(storage, kit):
    storage.manager.close(clean=True)
    lines = (storage.path / "meta.properties").read_text().splitlines()
    assert "version=1" in lines
    assert f"cluster.id={kit.CLUSTER_ID}" in lines
    assert "node.id=1" in lines
    assert (storage.path / ".kafka_cleanshutdown").read_text() == '{"version":0,"brokerEpoch":-1}'
    first = lines[-1]
    storage.open(now_ms=5)
    assert (storage.path / "meta.properties").read_text().splitlines()[-1] == first


def test_missing_parents_are_made(tmp_path, kit, disk):
    storage = kit.Storage(tmp_path / "a" / "b" / "c", disk)
    assert storage.manager.offline == {}
    storage.manager.close(clean=True)


def test_second_broker_is_refused_naming_the_process(storage):
    with pytest.raises(LockError, match=f"process id {os.getpid()}$"):
        storage.open()


def test_lock_is_free_after_close(storage):
    storage.manager.close(clean=False)
    storage.open()
    assert storage.manager.offline == {}


@pytest.mark.parametrize(
    ("changes", "text"),
    [({"cluster_id": "other"}, "belongs to cluster"), ({"node_id": 2}, "belongs to broker 1")],
)
def test_directory_of_another_cluster_or_broker_is_offline(storage, changes, text):
    storage.manager.close(clean=True)
    manager = storage.open(**changes)
    [(path, reason)] = manager.offline.items()
    assert path == str(storage.path)
    assert text in reason
    assert manager.directories == {}
    assert (storage.path / ".kafka_cleanshutdown").exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"node.id=1\n"])
def test_directory_with_damaged_identity_is_offline(storage, content):
    storage.manager.close(clean=True)
    (storage.path / "meta.properties").write_bytes(content)
    assert storage.open().offline


def test_other_directories_go_on_when_one_fails(storage, tmp_path, kit):
    log = storage.log()
    kit.append(log, kit.batch())
    storage.manager.close(clean=True)
    broken = tmp_path / "file"
    broken.write_text("not a directory")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "path", storage.path)
        from wirekafka_storage.log_manager import LogManager

        manager = LogManager.open(
            [broken, storage.path],
            cluster_id=kit.CLUSTER_ID,
            node_id=1,
            config_for=lambda topic: storage.config,
            now_ms=0,
            files=storage.disk,
        )
    assert list(manager.offline) == [str(broken)]
    assert list(manager.logs) == [("t", 0)]
    manager.close(clean=True)


def test_new_partition_goes_to_the_emptiest_directory(tmp_path, kit, disk):
    from wirekafka_storage.log_config import LogConfig
    from wirekafka_storage.log_manager import LogManager

    paths = [str(tmp_path / name) for name in ("a", "b", "c")]
    manager = LogManager.open(
        paths,
        cluster_id="c",
        node_id=1,
        config_for=lambda topic: LogConfig(),
        now_ms=0,
        files=disk,
    )
    parents = [manager.get_or_create("t", i, kit.TOPIC_ID, LogConfig()).parent for i in range(6)]
    assert sorted(parents) == sorted(paths * 2)
    for log in manager.logs.values():
        kit.append(log, kit.batch())
    lost = manager.mark_offline(paths[1], "pulled out")
    assert len(lost) == 2
    assert len(manager.logs) == 4
    assert manager.get_or_create("u", 0, kit.TOPIC_ID, LogConfig()).parent != paths[1]
    manager.close(clean=True)
    assert not os.path.exists(paths[1] + "/.kafka_cleanshutdown")
    assert os.path.exists(paths[0] + "/.kafka_cleanshutdown")


def test_no_directory_left_is_a_storage_error_for_clients(storage, kit):
    storage.manager.mark_offline(str(storage.path), "pulled out")
    with pytest.raises(ApiError) as caught:
        storage.log()
    assert caught.value.code is ErrorCode.KAFKA_STORAGE_ERROR


def test_logs_are_made_lazily(storage, kit):
    for partition in range(100):
        storage.log("many", partition)
    assert not list(storage.path.glob("many-*"))
    kit.append(storage.log("many", 42), kit.batch())
    assert [path.name for path in storage.path.glob("many-*")] == ["many-42"]


def test_folder_of_an_older_topic_of_the_name_is_refused(storage, kit):
    kit.append(storage.log(), kit.batch())
    with pytest.raises(ApiError) as caught:
        storage.manager.get_or_create("t", 0, bytes(15) + b"\2", storage.config)
    assert caught.value.code is ErrorCode.INCONSISTENT_TOPIC_ID


def test_deleted_log_is_renamed_then_removed(storage, kit):
    kit.append(storage.log(), kit.batch())
    storage.manager.delete("t", 0, kit.NOW_MS)
    renamed = storage.path / f"t-0.{kit.TOPIC_ID.hex()}-delete"
    assert renamed.is_dir()
    assert not storage.folder().exists()
    assert storage.log().log_end_offset == 0
    delay_ms = storage.config.file_delete_delay_ms
    assert storage.manager.due_deletions(kit.NOW_MS + delay_ms - 1).folders == []
    storage.manager.due_deletions(kit.NOW_MS + delay_ms).run()
    assert not renamed.exists()


def test_deletion_that_was_not_finished_goes_on_after_a_restart(storage, kit):
    kit.append(storage.log(), kit.batch())
    storage.manager.delete("t", 0, kit.NOW_MS)
    log = storage.restart()
    assert log.log_end_offset == 0
    storage.manager.due_deletions(kit.NOW_MS).run()
    assert not list(storage.path.glob("*-delete"))


def test_retired_segments_are_named_for_unlinking(storage, kit):
    log = storage.log()
    for _ in range(20):
        kit.append(log, kit.batch(2))
    log.delete_records_before(30)
    assert log.apply_retention(kit.NOW_MS)
    assert storage.manager.due_deletions(kit.NOW_MS).files_to_unlink == []
    deletions = storage.manager.due_deletions(kit.NOW_MS + 60_000)
    assert deletions.files_to_unlink
    deletions.run()
    deletions.run()
    assert not list(storage.folder().glob("*.deleted"))


def test_strays_are_logs_of_unknown_topics(storage, kit):
    log = storage.log()
    assert storage.manager.strays([kit.TOPIC_ID]) == []
    assert storage.manager.strays([]) == [log]


def test_checkpoints_hold_what_the_caller_says(storage, kit):
    log = storage.log()
    for _ in range(4):
        kit.append(log, kit.batch(2))
    log.delete_records_before(3)
    storage.manager.checkpoint(lambda log: 5)
    names = ["replication-offset-checkpoint", "log-start-offset-checkpoint"]
    contents = [(storage.path / name).read_text() for name in names]
    assert contents == ["0\n1\nt 0 5\n", "0\n1\nt 0 3\n"]
    storage.crash()
    assert storage.manager.checkpointed_high_watermark("t", 0) == 5
    assert storage.log().log_start_offset == 3
    assert storage.manager.checkpointed_high_watermark("none", 0) == 0


def test_disk_that_refuses_a_checkpoint_takes_the_directory_offline(storage, disk, kit):
    kit.append(storage.log(), kit.batch())
    disk.failing.add("rename")
    storage.manager.checkpoint()
    assert "checkpoints" in storage.manager.offline[str(storage.path)]
    assert storage.manager.logs == {}


def test_disk_that_refuses_at_close_leaves_no_clean_marker(storage, disk, kit):
    kit.append(storage.log(), kit.batch(2))
    disk.failing.add("fsync")
    storage.manager.close(clean=True)
    assert not (storage.path / ".kafka_cleanshutdown").exists()
    disk.failing.clear()
    storage.open()
    assert storage.log().log_end_offset == 2


def test_crash_while_loading_counts_as_a_crash(storage, kit):
    kit.append(storage.log(), kit.batch())
    storage.manager.close(clean=True)
    storage.open()
    assert not (storage.path / ".kafka_cleanshutdown").exists()


def test_progress_is_reported(storage, kit):
    for partition in range(3):
        kit.append(storage.log("t", partition), kit.batch())
    storage.manager.close(clean=True)
    seen = []
    storage.open(on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_producers_expire(storage, kit):
    log = storage.log()
    kit.append(log, kit.batch(producer_id=3, producer_epoch=0, base_sequence=0))
    expiration_ms = storage.config.producer_id_expiration_ms
    assert storage.manager.expire_producers(kit.NOW_MS + expiration_ms - 1) == 0
    assert storage.manager.expire_producers(kit.NOW_MS + expiration_ms) == 1


def test_unused_descriptors_are_closed(storage, disk, kit):
    for partition in range(5):
        kit.append(storage.log("t", partition), kit.batch())
    storage.restart()
    storage.manager.close(clean=True)
    assert disk.open_descriptors == set()


# -- a new log of an old name ------------------------------------------------------------------


@pytest.fixture
def known(storage, kit):
    """A log that all four checkpoints name: 8 records, deleted below 3, synced, clean up to 4."""
    log = storage.log()
    for _ in range(4):
        kit.append(log, kit.batch(2))
    log.delete_records_before(3)
    log.flush()
    directory = storage.manager.directories[log.parent]
    directory.clean_offsets["t", 0] = 4
    CleanOffsetsWrite(directory).run()
    storage.manager.checkpoint()
    return log


def is_as_new(storage, kit):
    """After a crash the first record is there, scanned, and compaction begins with it."""
    log = storage.crash()
    directory = storage.manager.directories[log.parent]
    seen = (log.log_start_offset, log.log_end_offset, directory.clean_offsets)
    return seen == (0, 2, {}) and storage.manager.report.scanned_bytes == log.size > 0


def begin_again(storage, kit):
    """Append to a new log of the name."""
    log = storage.log()
    assert (log.log_start_offset, log.log_end_offset) == (0, 0)
    kit.append(log, kit.batch(2))


@pytest.mark.parametrize("away", ["delete", "set_aside"])
def test_new_log_is_not_taken_for_the_deleted_one_after_a_crash(storage, known, kit, away):
    if away == "delete":
        storage.manager.delete("t", 0, kit.NOW_MS)
    else:
        storage.manager.set_aside("t", 0)
    begin_again(storage, kit)
    assert is_as_new(storage, kit)


def test_new_log_is_not_taken_for_one_that_was_deleted_before_a_crash(storage, known, kit):
    storage.manager.delete("t", 0, kit.NOW_MS)
    storage.manager.close(clean=False)
    storage.open()
    begin_again(storage, kit)
    assert is_as_new(storage, kit)


def test_checkpoint_that_is_not_written_yet_does_not_make_names_free(storage, known, kit):
    """The machine may die before it is."""
    storage.manager.delete("t", 0, kit.NOW_MS)
    storage.manager.pending_checkpoint()
    begin_again(storage, kit)
    assert is_as_new(storage, kit)


def test_checkpoint_that_comes_late_changes_nothing(storage, known, kit):
    (late,) = storage.manager.pending_checkpoint()
    late_clean = CleanOffsetsWrite(storage.manager.directories[known.parent])
    storage.manager.delete("t", 0, kit.NOW_MS)
    begin_again(storage, kit)
    late.run()
    late_clean.run()
    assert is_as_new(storage, kit)


def test_names_are_free_again_once_a_checkpoint_is_written(storage, known, disk, kit):
    storage.manager.delete("t", 0, kit.NOW_MS)
    storage.manager.checkpoint()
    disk.done.clear()
    storage.log()
    assert disk.done == []
    begin_again(storage, kit)
    assert is_as_new(storage, kit)


def test_no_directory_is_left_when_the_checkpoint_for_a_new_log_fails(storage, known, disk, kit):
    storage.manager.delete("t", 0, kit.NOW_MS)
    disk.failing.add("fsync")
    with pytest.raises(ApiError) as caught:
        storage.log()
    assert caught.value.code is ErrorCode.KAFKA_STORAGE_ERROR


# -- the end -----------------------------------------------------------------------------------


def test_disk_that_opens_nothing_is_found_by_close_and_not_by_the_last_flushes(storage, disk, kit):
    log = storage.log()
    kit.append(log, kit.batch(2))
    log.segments[-1].forget_files(storage.manager.open_files)
    disk.failing.add("open")
    assert list(storage.manager.final_flushes()) == []
    storage.manager.close(clean=True)
    assert "closing" in storage.manager.offline[str(storage.path)]
    assert not (storage.path / ".kafka_cleanshutdown").exists()
