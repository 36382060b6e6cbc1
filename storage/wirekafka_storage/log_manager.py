"""All logs of a broker, in one or more log directories.

A directory that cannot be used goes offline with one clear line, and the others go on. A new
partition goes to the directory with the fewest logs. Slow work comes as objects with a `run()` that
any thread may call (`CheckpointWrite`, `Flush`, `Deletions`): they hold all they need and change
nothing in memory.

Source: Kafka's `LogManager`.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.uuids import ZERO_UUID, uuid_text

from wirekafka_storage import log_files
from wirekafka_storage.checkpoints import TopicPartition
from wirekafka_storage.deletions import Deletions, rename_folder
from wirekafka_storage.errors import CorruptFile, DirectoryError, LockError, StorageError
from wirekafka_storage.filenames import (
    DELETE_FOLDER,
    STRAY_FOLDER,
    parse_future_folder,
    parse_partition_folder,
    partition_folder,
)
from wirekafka_storage.files import Disk, FileSystem, OpenFiles
from wirekafka_storage.log import Log
from wirekafka_storage.log_config import LogConfig
from wirekafka_storage.log_directory import LogDirectory
from wirekafka_storage.log_files import Flush
from wirekafka_storage.log_move import LogMove
from wirekafka_storage.offset_files import CheckpointWrite
from wirekafka_storage.recovery import RecoveryReport, load_log

logger = logging.getLogger("wirekafka_storage")

Progress = Callable[[int, int], None]
"""Called with how many logs are loaded and how many there are in the directory."""


class LogManager:
    """See the module. Made by `open`."""

    def __init__(self, files: FileSystem) -> None:
        self.files = files
        self.open_files = OpenFiles(files)
        self.logs: dict[TopicPartition, Log] = {}
        self.directories: dict[str, LogDirectory] = {}
        """The usable log directories, by path."""
        self.offline: dict[str, str] = {}
        """Path -> why the directory is not used."""
        self.report = RecoveryReport()
        self.moves: dict[TopicPartition, LogMove] = {}
        """Logs that are being copied to another directory. Compaction leaves them alone."""
        self.preferred: dict[TopicPartition, str] = {}
        """Where partitions shall be made that are not here yet."""
        self.cordoned: frozenset[str] = frozenset()
        """Directories that get no new partitions."""
        self.interrupted_moves: list[tuple[TopicPartition, str, str]] = []
        """Found by `load`: partition, directory and name of a copy that was not finished."""
        self._log_counts: dict[str, int] = {}
        self._deleted_folders: list[tuple[int, str]] = []

    @classmethod
    def open(
        cls,
        directories: Sequence[Path | str],
        *,
        cluster_id: str,
        node_id: int,
        config_for: Callable[[str], LogConfig],
        now_ms: int,
        on_progress: Progress | None = None,
        files: FileSystem | None = None,
    ) -> LogManager:
        """Lock all directories and recover what is in them: `lock`, then `load`."""
        manager = cls.lock(
            directories, cluster_id=cluster_id, node_id=node_id, now_ms=now_ms, files=files
        )
        manager.load(config_for, now_ms, on_progress)
        return manager

    @classmethod
    def lock(
        cls,
        directories: Sequence[Path | str],
        *,
        cluster_id: str,
        node_id: int,
        now_ms: int,
        files: FileSystem | None = None,
    ) -> LogManager:
        """Lock and identify all directories. Raises LockError when another broker runs on one.

        `offline` says which directories cannot be used; the caller decides whether the rest is
        enough.
        """
        manager = cls(files or Disk())
        for path in map(str, directories):
            try:
                directory = LogDirectory(
                    path, manager.files, cluster_id=cluster_id, node_id=node_id, now_ms=now_ms
                )
            except LockError:
                manager.close(clean=False)
                raise
            except (OSError, DirectoryError, CorruptFile) as error:
                manager._set_offline(path, str(error))
                continue
            manager.directories[path] = directory
            manager._log_counts[path] = 0
        return manager

    def load(
        self,
        config_for: Callable[[str], LogConfig],
        now_ms: int,
        on_progress: Progress | None = None,
    ) -> None:
        """Recover what is in the locked directories; `report` says what was repaired."""
        for directory in list(self.directories.values()):
            try:
                self._load(directory, config_for, now_ms, on_progress)
            except (OSError, StorageError, DirectoryError) as error:
                self.mark_offline(directory.path, str(error))
        for directory in self.directories.values():
            path = directory.path
            directory.forget_all_but({k for k, log in self.logs.items() if log.parent == path})

    def checkpointed_high_watermark(self, topic: str, partition: int) -> int:
        """What the last `checkpoint` knew, cut to the log; 0 for a log it did not know."""
        log = self.logs.get((topic, partition))
        if log is None or log.parent not in self.directories:
            return 0
        known = self.directories[log.parent].high_watermarks.get((topic, partition), 0)
        return min(max(known, log.log_start_offset), log.log_end_offset)

    def get_or_create(self, topic: str, partition: int, topic_id: bytes, config: LogConfig) -> Log:
        """The log of a partition. A new one costs no I/O until its first record.

        Raises ApiError INCONSISTENT_TOPIC_ID when the folder is that of an older topic of this
        name (remove it first), KAFKA_STORAGE_ERROR when no directory is left.
        """
        log = self.logs.get((topic, partition))
        if log is not None:
            if log.topic_id == ZERO_UUID:
                log_files.write_metadata(self.files, log.folder, topic_id)
                log.topic_id = topic_id
            if log.topic_id != topic_id:
                raise ApiError(
                    ErrorCode.INCONSISTENT_TOPIC_ID,
                    f"{log.folder} belongs to topic id {uuid_text(log.topic_id)}, not"
                    f" {uuid_text(topic_id)}",
                )
            return log
        key = topic, partition
        if any(one.offset_files.still_names(key) for one in self.directories.values()):
            self.checkpoint()
        if not self.directories:
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR, "no log directory is online")
        parent = self._directory_for(key)
        log = Log(
            topic, partition, topic_id, parent=parent, config=config, open_files=self.open_files
        )
        self.logs[topic, partition] = log
        self._log_counts[parent] += 1
        return log

    def _directory_for(self, key: TopicPartition) -> str:
        preferred = self.preferred.pop(key, None)
        if preferred in self.directories:
            return preferred
        open_to_new = [path for path in self._log_counts if path not in self.cordoned]
        return min(open_to_new or self._log_counts, key=self._log_counts.__getitem__)

    def unreachable(
        self, topic: str, partition: int, topic_id: bytes, config: LogConfig
    ) -> Log | None:
        """Stands for a log that may lie in an offline directory; None when there cannot be one.

        To make an empty log elsewhere would hide its records and start again at offset 0.
        """
        if (topic, partition) in self.logs or not self.offline:
            return None
        return Log(
            topic,
            partition,
            topic_id,
            parent=next(iter(self.offline)),
            config=config,
            open_files=self.open_files,
        )

    def delete(self, topic: str, partition: int, now_ms: int) -> None:
        """Forget a log and rename its folder to `…-delete`; `due_deletions` removes it later.

        Raises StorageError, KeyError for a log that does not exist.
        """
        log = self.logs[topic, partition]
        target = self._rename_away(log, DELETE_FOLDER, "deleting")
        if target is not None:
            self._deleted_folders.append((now_ms + log.config.file_delete_delay_ms, target))

    def set_aside(self, topic: str, partition: int) -> str | None:
        """Forget a log and rename its folder to `…-stray`, which nobody touches; the new path.

        For folders that the metadata does not know: they may be somebody's data. Raises as
        `delete`.
        """
        return self._rename_away(self.logs[topic, partition], STRAY_FOLDER, "setting aside")

    def _rename_away(self, log: Log, ending: str, doing: str) -> str | None:
        del self.logs[_key(log)]
        move = self.moves.pop(_key(log), None)
        if move is not None:
            # Whoever works on the copy notices, and says so if its directory has failed.
            with contextlib.suppress(StorageError):
                copy = move.retire()
                self._deleted_folders += [(0, copy)] if copy is not None else []
        self._log_counts[log.parent] -= 1
        self.directories[log.parent].forget(_key(log))
        for segment in log.segments:
            segment.forget_files(self.open_files)
        if not log.exists:
            return None
        # The topic id is as good as a random number: it is nearly never used again.
        try:
            return rename_folder(self.files, log, log.parent, log.topic_id.hex(), ending)
        except OSError as error:
            raise StorageError(doing, log.folder, error) from error

    def volume(self, path: str) -> tuple[int, int] | None:
        """Bytes of a directory's volume and those still usable; None when it is offline."""
        if path not in self.directories:
            return None
        try:
            return self.files.volume(path)
        except OSError:
            return None

    def begin_move(self, log: Log, destination: str, name: str) -> LogMove:
        """Start to copy a log to another directory; a copy that is under way is given up.

        `name` (`log_move.future_folder`) is the copy's folder; one that is there is taken up.
        """
        move = self.moves[_key(log)] = LogMove(log, destination, f"{destination}/{name}")
        return move

    def end_move(self, move: LogMove) -> None:
        """The move is over, one way or the other."""
        key = _key(move.log)
        if self.moves.get(key) is move:
            del self.moves[key]

    def finish_move(self, move: LogMove, now_ms: int) -> None:
        """Point the log at the copy; the old folder is removed later. Raises StorageError.

        An error that names the old directory comes when the log has moved.
        """
        log = move.log
        old_parent, old_folder = log.parent, log.folder
        if log.exists:
            move.finish()
        else:
            log.parent = move.destination
            log.forget_positions()
        self._log_counts[old_parent] -= 1
        self._log_counts[move.destination] += 1
        clean_offset = self.directories[old_parent].clean_offsets.get(_key(log))
        self.directories[old_parent].forget(_key(log))
        if clean_offset is not None:
            self.directories[move.destination].clean_offsets[_key(log)] = clean_offset
        self.end_move(move)
        if log.exists:
            self._retire_folder(move, old_parent, old_folder, now_ms)

    def remove_folder(self, path: str, now_ms: int) -> None:
        """Remove a folder that no log uses, with the next `due_deletions`."""
        self._deleted_folders.append((now_ms, path))

    def _retire_folder(self, move: LogMove, parent: str, folder: str, now_ms: int) -> None:
        try:
            target = rename_folder(self.files, move.log, parent, move.unique, DELETE_FOLDER)
        except OSError as error:
            raise StorageError("deleting", folder, error) from error
        due_ms = now_ms + move.log.config.file_delete_delay_ms
        self._deleted_folders.append((due_ms, target))

    def strays(self, known_topic_ids: Iterable[bytes]) -> list[Log]:
        """Logs of topics that are not known; the caller may `set_aside` or `delete` them."""
        known = set(known_topic_ids)
        return [log for log in self.logs.values() if log.topic_id not in known]

    def pending_flushes(self) -> Iterator[tuple[Log, Flush]]:
        """Logs with sealed segments that were not synced.

        For each: `flush.run()` in a worker thread, then `log.flushed(flush)` where the log is used
        otherwise. The recovery point moves up, so less is scanned after a crash. Never needed for
        correctness: what was written is in the page cache and survives the process.
        """
        for log in self.logs.values():
            flush = log.pending_flush()
            if flush is not None:
                yield log, flush

    def final_flushes(self) -> Iterator[tuple[Log, Flush]]:
        """As `pending_flushes`, but for everything that was written, before `close`.

        Many threads may run them at once: a file system commits many small syncs together.
        """
        for log in self.logs.values():
            try:
                flush = log_files.flush_up_to(log, log.log_end_offset)
            except OSError:
                continue  # `close` finds it again, and says so
            if flush is not None:
                yield log, flush

    def pending_checkpoint(
        self, high_watermark: Callable[[Log], int] | None = None
    ) -> list[CheckpointWrite]:
        """The checkpoint files as of now, one object per directory, to `run()` in any thread."""
        by_path: dict[str, list[Log]] = {path: [] for path in self.directories}
        for log in self.logs.values():
            if log.exists:
                by_path[log.parent].append(log)
        return [
            CheckpointWrite(self.directories[path], logs, high_watermark or _end)
            for path, logs in by_path.items()
        ]

    def checkpoint(self, high_watermark: Callable[[Log], int] | None = None) -> None:
        """Write all checkpoints now; a directory whose disk refuses goes offline."""
        for write in self.pending_checkpoint(high_watermark):
            try:
                write.run()
            except OSError as error:
                self.mark_offline(write.path, f"writing checkpoints failed: {error}")

    def due_deletions(self, now_ms: int) -> Deletions:
        """Take what may be unlinked by now."""
        deletions = Deletions(self.files)
        for log in self.logs.values():
            if log.deleted_files:
                deletions.files_to_unlink += log.take_due_files(now_ms)
        waiting = self._deleted_folders
        deletions.folders = [path for due_ms, path in waiting if due_ms <= now_ms]
        self._deleted_folders = [item for item in waiting if item[0] > now_ms]
        return deletions

    def expire_producers(self, now_ms: int) -> int:
        """Forget producers that were silent for producer.id.expiration.ms; returns how many."""
        expired = 0
        for log in self.logs.values():
            if log.producers is not None and log.producers.producers:
                expired += log.producers.expire(now_ms, log.config.producer_id_expiration_ms)
        return expired

    def mark_offline(self, path: str, reason: str) -> list[TopicPartition]:
        """Stop using a directory; returns the partitions that are lost with it."""
        if path in self.offline:
            return []
        self._set_offline(path, reason)
        directory = self.directories.pop(path, None)
        self._log_counts.pop(path, None)
        lost = [key for key, log in self.logs.items() if log.parent == path]
        for key in lost:
            for segment in self.logs.pop(key).segments:
                segment.forget_files(self.open_files)
        if directory is not None:
            directory.close()
        return lost

    def close(
        self,
        *,
        clean: bool = True,
        broker_epoch: int = -1,
        high_watermark: Callable[[Log], int] | None = None,
    ) -> None:
        """Close everything; with `clean`, so that the next start need not recover.

        A directory whose disk refuses goes offline and gets no marker.
        """
        if clean:
            for log in list(self.logs.values()):
                self._close_log(log)
            self.checkpoint(high_watermark)
        for directory in list(self.directories.values()):
            if clean:
                try:
                    directory.mark_clean(broker_epoch)
                except OSError as error:
                    self.mark_offline(directory.path, f"writing the marker failed: {error}")
            directory.close()
        for log in self.logs.values():
            for segment in log.segments:
                segment.forget_files(self.open_files)
        self.logs.clear()
        self.directories.clear()

    def _close_log(self, log: Log) -> None:
        if log.parent not in self.directories:
            return
        try:
            log.close()
        except StorageError as error:
            self.mark_offline(log.parent, str(error))

    def _load(
        self,
        directory: LogDirectory,
        config_for: Callable[[str], LogConfig],
        now_ms: int,
        on_progress: Progress | None,
    ) -> None:
        names = directory.partition_names()
        found = [(name, parse_partition_folder(name)) for name in names]
        total = sum(key is not None for _, key in found)
        for name, key in found:
            if name.endswith(DELETE_FOLDER):
                self._deleted_folders.append((now_ms, f"{directory.path}/{name}"))
            copied = parse_future_folder(name)
            if copied is not None:
                self.interrupted_moves.append((copied, directory.path, name))
            if key is None:
                continue
            topic, partition = key
            log = self._load_log(directory, topic, partition, config_for(topic), now_ms)
            twin = self.logs.get(key)
            if twin is not None:
                log = self._settle_twins(log, twin, now_ms)
            self.logs[key] = log
            self._log_counts[directory.path] += 1
            if on_progress is not None:
                on_progress(self._log_counts[directory.path], total)

    def _load_log(
        self, directory: LogDirectory, topic: str, partition: int, config: LogConfig, now_ms: int
    ) -> Log:
        key = topic, partition
        try:
            return load_log(
                topic,
                partition,
                parent=directory.path,
                config=config,
                open_files=self.open_files,
                is_clean=directory.is_clean,
                recovery_point=directory.recovery_points.get(key, 0),
                log_start_offset=directory.log_start_offsets.get(key, 0),
                now_ms=now_ms,
                report=self.report,
            )
        except ApiError as error:  # a damaged batch where everything had been synced
            raise DirectoryError(f"{partition_folder(topic, partition)}: {error}") from error

    def _settle_twins(self, log: Log, twin: Log, now_ms: int) -> Log:
        """A move was finished, but the old folder's new name did not survive.

        The one that was written to since is the longer one. Kafka does not start with two.
        """
        kept, old = (log, twin) if log.log_end_offset > twin.log_end_offset else (twin, log)
        for segment in old.segments:
            segment.forget_files(self.open_files)
        rename_folder(self.files, old, old.parent, old.topic_id.hex(), STRAY_FOLDER)
        self._log_counts[twin.parent] -= 1
        self._log_counts[kept.parent] += 1
        self._log_counts[log.parent] -= 1  # the caller counts the one that it found
        logger.warning(
            "a partition is in two directories kept=%s set_aside=%s", kept.folder, old.folder
        )
        return kept

    def _set_offline(self, path: str, reason: str) -> None:
        self.offline[path] = reason
        logger.error("log directory offline path=%s reason=%s", path, reason)


def _end(log: Log) -> int:
    return log.log_end_offset


def _key(log: Log) -> TopicPartition:
    return log.topic, log.partition
