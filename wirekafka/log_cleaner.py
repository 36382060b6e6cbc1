"""When which log is compacted: the dirtiest first, as many at once as log.cleaner.threads.

`clean_what_is_due` is called every log.cleaner.backoff.ms, and again right after a log was cleaned.
A compactor does the work elsewhere; here, on the loop, each group of segments that is ready is put
in the place of the old ones. A run that is killed leaves the log as it is and is tried again later;
a log whose bytes cannot be understood is left alone until a restart, as Kafka does.

Imported when the first log can be compacted: a broker without compacted topics never does.
Source: Kafka's `LogCleaner` and `LogCleanerManager`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from wirekafka_storage.compaction.checkpoint import CleanOffsetsWrite
from wirekafka_storage.compaction.cleanable import Cleanable, cleanable, job_for
from wirekafka_storage.compaction.job import CleanedGroup, CompactionJob, CompactionResult
from wirekafka_storage.compaction.swap import discard, swap_in
from wirekafka_storage.errors import StorageError
from wirekafka_storage.log import Log

from wirekafka.compactor import (
    CompactionFailed,
    Compactor,
    CorruptLog,
    DiskFailed,
    ProcessCompactor,
)
from wirekafka.partition.partition import Partition

if TYPE_CHECKING:
    from wirekafka.broker import Broker

logger = logging.getLogger("wirekafka.log_cleaner")

_SMALLEST_MAP_BYTES = 1 << 20
_BUFFERS = 2
"""One for reading and one for writing share log.cleaner.io.buffer.size."""


class _LogChanged(Exception):
    """The log was cut, deleted or is no longer compacted: what was made is of no use."""


class LogCleaner:
    """The compaction of one broker. Everything but the compactors' work is on the loop."""

    def __init__(self, broker: Broker, compactor: Callable[[], Compactor] | None = None) -> None:
        self._broker = broker
        self._new_compactor = compactor or ProcessCompactor
        self._idle: list[Compactor] = []
        self._running: dict[str, asyncio.Task[None]] = {}
        """By the folder of the log."""
        self._closing: set[asyncio.Task[None]] = set()
        self._uncleanable: set[Log] = set()
        self._stopped = False

    def is_cleaning(self, log: Log) -> bool:
        """Whether a run over the log is under way: its segments must stay where they are."""
        return log.folder in self._running

    def running(self) -> list[asyncio.Task[None]]:
        """The runs under way."""
        return list(self._running.values())

    def clean_what_is_due(self) -> None:
        """Start runs over the dirtiest logs, as far as threads are free."""
        if self._stopped:
            return
        threads = self._broker.config.log_cleaner_threads
        self._uncleanable &= set(self._broker.log_manager.logs.values())
        if self._broker.config.log_cleaner_enable and len(self._running) < threads:
            due = sorted(self._due(), key=_dirty_ratio, reverse=True)
            for partition, found in due[: threads - len(self._running)]:
                folder = found.log.folder
                self._running[folder] = asyncio.create_task(
                    self._clean(folder, partition, found), name=f"compaction of {folder}"
                )
        if not self._running:
            while self._idle:
                self._close(self._idle.pop())

    async def stop(self) -> None:
        """End all runs; what they had not finished is thrown away."""
        self._stopped = True
        running = list(self._running.values())
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        while self._idle:
            self._close(self._idle.pop())
        if self._closing:
            await asyncio.wait(set(self._closing))

    # -- choosing -------------------------------------------------------------------------------

    def _due(self) -> list[tuple[Partition, Cleanable]]:
        now_ms = self._broker.clock.now_ms()
        due = []
        for partition in list(self._broker.partitions):
            log = partition.log
            if "compact" not in log.config.cleanup_policy or len(log.segments) < 2:
                continue
            if partition.offline:
                continue
            if log in self._uncleanable or log.folder in self._running:
                continue
            if (log.topic, log.partition) in self._broker.log_manager.moves:
                continue
            directory = self._broker.log_manager.directories[log.parent]
            try:
                found = cleanable(
                    log,
                    directory.clean_offsets.get((log.topic, log.partition)),
                    high_watermark=partition.high_watermark,
                    now_ms=now_ms,
                )
            except StorageError as error:
                self._broker.partitions.storage_failed(partition, error)
                continue
            if found.is_due:
                due.append((partition, found))
        return due

    # -- one run --------------------------------------------------------------------------------

    async def _clean(self, folder: str, partition: Partition, found: Cleanable) -> None:
        compactor = self._idle.pop() if self._idle else self._new_compactor()
        cleaned = False
        try:
            cleaned = await self._run(compactor, partition, found)
        except Exception:
            self._uncleanable.add(found.log)
            logger.exception("compaction failed by a bug folder=%s", folder)
        finally:
            if cleaned:
                self._idle.append(compactor)
            else:
                # Before the log may be tried again the other process must not write any more.
                await compactor.close()
                self._discard(folder)
            del self._running[folder]
        if cleaned:
            self.clean_what_is_due()

    async def _run(self, compactor: Compactor, partition: Partition, found: Cleanable) -> bool:
        """Whether the log was cleaned."""
        log = found.log
        clock = self._broker.clock
        began = clock.monotonic()
        changed: list[CleanedGroup] = []

        def on_group(group: CleanedGroup) -> None:
            if not self._is_ours(partition, log) or not swap_in(log, group, clock.now_ms()):
                raise _LogChanged
            changed.append(group)

        name = f"topic={log.topic} partition={log.partition}"
        try:
            job = self._job(found)
            result = await compactor.run(job, on_group)
        except StorageError as error:
            self._broker.partitions.storage_failed(partition, error)
        except _LogChanged:
            logger.info("compaction given up, the log changed %s", name)
        except DiskFailed as error:
            if self._is_ours(partition, log):  # else its files are gone for good reason
                reason = f"compacting {log.folder} failed: {error}"
                self._broker.partitions.directory_failed(log.parent, reason)
        except CorruptLog as error:
            self._uncleanable.add(log)
            logger.warning("log cannot be compacted until a restart %s error=%s", name, error)
        except CompactionFailed as error:
            logger.warning("compaction failed, it will be tried again %s error=%s", name, error)
        else:
            await self._cleaned(partition, log, found, result, clock.monotonic() - began)
            return True
        return False

    def _job(self, found: Cleanable) -> CompactionJob:
        config = self._broker.config
        threads = max(config.log_cleaner_threads, 1)
        # The config takes every double. `max` first: what is no number is not above 0.
        load_factor = min(max(0.0, config.log_cleaner_io_buffer_load_factor), 1.0)
        map_bytes = config.log_cleaner_dedupe_buffer_size * load_factor
        return job_for(
            found,
            now_ms=self._broker.clock.now_ms(),
            map_bytes=max(int(map_bytes) // threads, _SMALLEST_MAP_BYTES),
            read_bytes=config.log_cleaner_io_buffer_size // threads // _BUFFERS,
            max_bytes_per_second=config.log_cleaner_io_max_bytes_per_second / threads,
        )

    async def _cleaned(
        self,
        partition: Partition,
        log: Log,
        found: Cleanable,
        result: CompactionResult,
        seconds: float,
    ) -> None:
        """Note how far the log is clean, make the renames durable, say what was done."""
        logger.info(
            "log cleaned topic=%s partition=%d offsets=%d..%d bytes=%d->%d records=%d->%d keys=%d"
            " seconds=%.1f",
            log.topic,
            log.partition,
            found.first_dirty_offset,
            result.end_offset,
            result.bytes_read,
            result.bytes_written,
            result.records_read,
            result.records_written,
            result.keys,
            seconds,
        )
        if result.keyless_records:
            logger.warning(
                "records without a key removed topic=%s partition=%d records=%d",
                log.topic,
                log.partition,
                result.keyless_records,
            )
        directory = self._broker.log_manager.directories.get(log.parent)
        if directory is None or not self._is_ours(partition, log):
            return
        directory.clean_offsets[log.topic, log.partition] = result.end_offset
        write = CleanOffsetsWrite(directory)
        files = log.open_files.files

        def sync() -> None:
            with contextlib.suppress(FileNotFoundError):  # the topic was deleted
                files.fsync_directory(log.folder)
            write.run()

        try:
            await asyncio.get_running_loop().run_in_executor(None, sync)
        except OSError as error:
            reason = f"writing checkpoints failed: {error}"
            self._broker.partitions.directory_failed(write.path, reason)

    def _is_ours(self, partition: Partition, log: Log) -> bool:
        """Whether the log is still that of the partition, and still to be compacted."""
        manager = self._broker.log_manager
        key = log.topic, log.partition
        return (
            not partition.offline
            and partition.log is log
            and manager.logs.get(key) is log
            and key not in manager.moves
            and "compact" in log.config.cleanup_policy
        )

    def _discard(self, folder: str) -> None:
        try:
            discard(self._broker.log_manager.files, folder)
        except OSError as error:  # the next start removes them
            logger.warning("unfinished files left folder=%s error=%s", folder, error)

    def _close(self, compactor: Compactor) -> None:
        task = asyncio.create_task(compactor.close(), name="end of a compactor")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


def _dirty_ratio(item: tuple[Partition, Cleanable]) -> float:
    return item[1].dirty_ratio
