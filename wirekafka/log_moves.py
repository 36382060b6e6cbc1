"""Moves replicas between the log directories of this broker, in the background (KIP-113).

One task per move. It asks the copy for a piece, lets a worker thread copy and sync that, and so on
until so little is missing that the loop can copy it itself; then the partition lives in the other
directory, and nobody who produces or fetches notices. Few moves are at work at once, and no faster
than replica.alter.log.dirs.io.max.bytes.per.second: they share the disks with everybody.

A request for another directory gives a move up and starts the next; one for the directory where
the replica is only gives it up. Copies that a stop interrupted go on at the next start.

Source: Kafka's `ReplicaManager.alterReplicaLogDirs`, `ReplicaAlterLogDirsManager`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_storage.errors import StorageError
from wirekafka_storage.filenames import fits_future_folder
from wirekafka_storage.log import Log
from wirekafka_storage.log_move import LogMove, future_folder

from wirekafka.log_move_rate import LogMoveRate

if TYPE_CHECKING:
    from wirekafka.broker import Broker

logger = logging.getLogger("wirekafka.log_moves")

MOST_AT_ONCE = 2
"""Moves that copy at the same time."""
MOST_PREFERRED = 10_000
"""Partitions that are not here for which a directory is remembered. Kafka has no limit."""
_PAUSE_S = 0.005
"""Between two looks whether the log is free to be pointed at its copy."""


class LogMoves:
    """The moves of one broker. Everything but the copying itself happens on the broker's loop."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._tasks: dict[LogMove, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._rate = LogMoveRate(
            broker.clock.steady,
            lambda: broker.config.replica_alter_log_dirs_io_max_bytes_per_second,
        )
        self.is_cleaning: Callable[[Log], bool] = lambda _: False
        """Whether compaction is at work in the log's folder; it ends when a move has begun."""

    def resume(self) -> None:
        """Take up the copies that were found at start; remove those that nobody needs."""
        manager = self._broker.log_manager
        found, manager.interrupted_moves = manager.interrupted_moves, []
        for key, directory, name in found:
            log = manager.logs.get(key)
            if directory not in manager.directories:
                continue
            if log is None or log.parent == directory or key in manager.moves:
                if manager.offline and log is None:
                    continue  # its replica may come back with the directory that is offline
                manager.remove_folder(f"{directory}/{name}", self._broker.clock.now_ms())
                continue
            self._start(manager.begin_move(log, directory, name))

    def follow_configs(self) -> None:
        """The broker's configs may have changed: the rate of moves counts at once."""
        self._rate.follow_limit()

    async def stop(self) -> None:
        """Give up all moves until the next start, which finds their copies."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def alter(self, topic: str, index: int, path: str) -> None:
        """Let the replica live in the log directory `path`. ApiError as Kafka, in its order."""
        manager = self._broker.log_manager
        if not fits_future_folder(topic, index):
            raise ApiError(ErrorCode.INVALID_TOPIC_EXCEPTION, "The topic name is too long.")
        directory = self._directory(path)
        if directory in manager.cordoned:
            raise ApiError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, f"{path} is cordoned")
        key = topic, index
        partition = self._broker.partitions.get(topic, index)
        if partition is not None and partition.offline:
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR, f"{topic}-{index} is offline")
        move = manager.moves.get(key)
        if move is not None and move.destination != directory:
            self._give_up(move)
            move = None
        if partition is None:
            self._prefer(key, directory)
            known = self._broker.image.topics.get(topic)
            if known is not None and 0 <= index < len(known.partitions):
                raise ApiError(ErrorCode.REPLICA_NOT_AVAILABLE)
            raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        if move is not None or partition.log.parent == directory:
            return
        if manager.offline:
            # Its copy could be in the directory that is offline, and there must not be two.
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR, "a log directory is offline")
        name = future_folder(topic, index, secrets.token_hex(16))
        self._start(manager.begin_move(partition.log, directory, name))

    def _directory(self, path: str) -> str:
        """The entry of log.dirs that the path means. Kafka compares it as text."""
        for known in self._broker.config.log_dirs:
            if os.path.abspath(known) == path:
                if known in self._broker.log_manager.directories:
                    return known
                raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR, f"log directory {path} is offline")
        raise ApiError(ErrorCode.LOG_DIR_NOT_FOUND, f"{path} is none of log.dirs")

    def _prefer(self, key: tuple[str, int], directory: str) -> None:
        preferred = self._broker.log_manager.preferred
        if len(preferred) >= MOST_PREFERRED:
            del preferred[next(iter(preferred))]
        preferred[key] = directory

    def _start(self, move: LogMove) -> None:
        log = move.log
        logger.info(
            "move started topic=%s partition=%d from=%s to=%s",
            log.topic,
            log.partition,
            log.parent,
            move.destination,
        )
        task = asyncio.create_task(self._run(move), name=f"move of {log.topic}-{log.partition}")
        self._tasks[move] = task
        task.add_done_callback(lambda _: self._tasks.pop(move, None))

    def _give_up(self, move: LogMove) -> None:
        """Nobody takes the copy up again, also after a crash; who works on it notices.

        ApiError KAFKA_STORAGE_ERROR when the disk with the copy refuses.
        """
        manager = self._broker.log_manager
        manager.end_move(move)
        try:
            folder = move.retire()
        except StorageError as error:
            self._broker.partitions.directory_failed(move.destination, str(error))
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR, str(error)) from error
        if folder is not None:
            manager.remove_folder(folder, self._broker.clock.now_ms())
        self._rate.follow_limit()
        logger.info("move given up topic=%s partition=%d", move.log.topic, move.log.partition)

    async def _run(self, move: LogMove) -> None:
        try:
            async with self._slots:
                await self._copy(move)
        except StorageError as error:
            if self._is_wanted(move) or not isinstance(error.cause, FileNotFoundError):
                self._failed(move, error)
        except Exception:
            logger.exception(
                "move failed topic=%s partition=%d", move.log.topic, move.log.partition
            )
            self._broker.log_manager.end_move(move)

    async def _copy(self, move: LogMove) -> None:
        while self._is_wanted(move):
            granted = await self._rate.take()
            if not granted or not self._is_wanted(move):
                self._rate.give_back(granted)
                continue
            before = move.copied_bytes
            try:
                if await self._copy_some(move, granted):
                    return
            finally:
                self._rate.give_back(granted - (move.copied_bytes - before))
        await self._clear(move)

    async def _copy_some(self, move: LogMove, most_bytes: int) -> bool:
        """One step. True when it was the last."""
        if move.log.exists and not move.is_prepared:  # its first record may come at any time
            await _in_thread(move.prepare)
            return False
        piece = move.next_copy(most_bytes) if move.log.exists else None
        if piece is not None:
            await _in_thread(piece.run)
            move.copied(piece)
            return False
        # What is staged is written at the end of this wake-up.
        if move.log.has_staged or self.is_cleaning(move.log):
            await asyncio.sleep(_PAUSE_S)
            return False
        await self._finish(move)
        return True

    async def _finish(self, move: LogMove) -> None:
        manager = self._broker.log_manager
        log, source = move.log, move.log.parent
        manager.finish_move(move, self._broker.clock.now_ms())
        logger.info(
            "move finished topic=%s partition=%d from=%s to=%s",
            log.topic,
            log.partition,
            source,
            move.destination,
        )
        # The log's start must be known in the new directory before the old folder is gone.
        for write in manager.pending_checkpoint():
            if write.path == move.destination:
                try:
                    await _in_thread(write.run)
                except OSError as error:
                    reason = f"writing checkpoints failed: {error}"
                    self._broker.partitions.directory_failed(write.path, reason)

    def _is_wanted(self, move: LogMove) -> bool:
        manager = self._broker.log_manager
        key = move.log.topic, move.log.partition
        return (
            manager.moves.get(key) is move
            and manager.logs.get(key) is move.log
            and move.destination in manager.directories
        )

    async def _clear(self, move: LogMove) -> None:
        """Nobody wants the copy any more, unless a directory that failed may come back."""
        manager = self._broker.log_manager
        manager.end_move(move)
        if move.destination in manager.offline or move.log.parent in manager.offline:
            return
        try:
            await _in_thread(move.discard)
        except OSError as error:
            reason = f"removing {move.folder} failed: {error}"
            self._broker.partitions.directory_failed(move.destination, reason)

    def _failed(self, move: LogMove, error: StorageError) -> None:
        """A disk refused: the directory that the error names goes offline."""
        self._broker.log_manager.end_move(move)
        for directory in (move.destination, move.log.parent, *self._broker.log_manager.directories):
            if error.path.startswith(f"{directory}/"):
                self._broker.partitions.directory_failed(directory, str(error))
                return


async def _in_thread(work: Callable[[], None]) -> None:
    """Run it to its end in a worker thread, also when the task is cancelled meanwhile."""
    await _finished(asyncio.get_running_loop().run_in_executor(None, work))


async def _finished(future: asyncio.Future[None]) -> None:
    try:
        await asyncio.shield(future)
    except asyncio.CancelledError:
        await asyncio.wait({future})
        raise
