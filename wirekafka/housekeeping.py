"""What the broker does by itself, at intervals: retention, checkpoints, flushes, expiry.

Every job is a short function on the broker's loop, called by the Clock. What may block for long
(fsync of sealed segments, unlink of deleted ones) runs in a worker thread, one such batch at a
time, and a job whose batch is still under way leaves its next one for later. A job that fails is
logged and runs again next time; a disk that fails takes its directory offline.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from wirekafka_storage.errors import StorageError
from wirekafka_storage.log import Log
from wirekafka_storage.log_config import NEVER

from wirekafka.clock import TimerHandle, time_limit
from wirekafka.config.views import BrokerConfig
from wirekafka.coordinator.transaction.shard import AbortKey

if TYPE_CHECKING:
    from wirekafka.broker import Broker
    from wirekafka.log_cleaner import LogCleaner

logger = logging.getLogger("wirekafka.housekeeping")

_SEALED_FLUSH_INTERVAL_MS = 5_000
"""Sealed segments are synced this often; a crash has that much more to check at the next start."""

_FLUSH_CHECK_INTERVAL_MS = 1_000
"""How often flush.ms is looked after unless log.flush.scheduler.interval.ms says. Kafka's default
is never, so that there flush.ms alone has no effect."""

_SHORTEST_BACKOFF_MS = 10
"""log.cleaner.backoff.ms may be 0, with which a thread of Kafka's never rests."""

_CATCH_UP_S = 30.0
"""Who moves the clock waits for compaction, which may have much to do, but not for ever."""


class Housekeeping:
    """The recurring jobs of one broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._timers: dict[str, TimerHandle] = {}
        self._background: dict[str, asyncio.Task[None]] = {}
        self._disk = asyncio.Lock()
        self._stopped = False
        self._unsynced_since: dict[Log, float] = {}
        self._cleaner: LogCleaner | None = None
        self._cleaner_configs = _cleaner_configs(broker.config)

    def start(self) -> None:
        """Arm all jobs."""
        config = self._broker.config
        delay_ms = config.log_initial_task_delay_ms
        self._every("retention", config.log_retention_check_interval_ms, self._retain, delay_ms)
        self._every("checkpoints", _checkpoint_interval_ms(config), self._checkpoint, delay_ms)
        self._every("sealed segments", _SEALED_FLUSH_INTERVAL_MS, self._flush_sealed, delay_ms)
        self._every(
            "producer ids",
            config.producer_id_expiration_check_interval_ms,
            self._expire_producers,
            0,  # unlike the others, as in Kafka
        )
        flush_check_ms = config.log_flush_scheduler_interval_ms
        if flush_check_ms == NEVER:
            flush_check_ms = _FLUSH_CHECK_INTERVAL_MS
        self._every("flush.ms", flush_check_ms, self._flush_old, 0)
        self._compact_later()

    async def stop(self) -> None:
        """Disarm all jobs and wait for what is in the worker thread."""
        self._stopped = True
        for timer in self._timers.values():
            timer.cancel()
        if self._cleaner is not None:
            await self._cleaner.stop()
        if self._background:
            await asyncio.wait(self._background.values())

    async def catch_up(self) -> None:
        """Do at once what is due by the clock as it stands now, and wait until that is done, for
        `_CATCH_UP_S` at most. For those who moved the clock."""
        self._broker.transactions.run_timer(AbortKey())
        self._retain()
        self._expire_producers()
        self._timers["compaction"].cancel()
        self._compact()
        limit = time_limit(self._broker.clock.steady, _CATCH_UP_S)
        while work := [*filter(_is_under_way, self._background.values()), *self._cleanings()]:
            if (left := limit()) <= 0:
                logger.warning("housekeeping goes on in the background jobs=%d", len(work))
                return
            await asyncio.wait(work, timeout=left)

    def _cleanings(self) -> list[asyncio.Task[None]]:
        return self._cleaner.running() if self._cleaner is not None else []

    def _every(
        self, name: str, interval_ms: int, job: Callable[[], None], first_delay_ms: int
    ) -> None:
        clock = self._broker.clock

        def run() -> None:
            if self._stopped:
                return
            if interval_ms > 0:  # 0 is valid for some jobs; then Kafka, too, runs them once
                self._timers[name] = clock.call_at(clock.monotonic() + interval_ms / 1000, run)
            try:
                job()
            except Exception:
                logger.exception("housekeeping job failed job=%s", name)

        first_ms = max(first_delay_ms, 0) + max(interval_ms, 0)
        self._timers[name] = clock.call_at(clock.monotonic() + first_ms / 1000, run)

    # -- jobs -----------------------------------------------------------------------------------

    def _retain(self) -> None:
        now_ms = self._broker.clock.now_ms()
        for partition in list(self._broker.partitions):
            if partition.offline or not partition.log.segments:
                continue
            if self._cleaner is not None and self._cleaner.is_cleaning(partition.log):
                continue  # its turn comes, with fewer segments to remove
            try:
                removed = partition.log.apply_retention(
                    now_ms, high_watermark=partition.high_watermark
                )
            except StorageError as error:
                self._broker.partitions.storage_failed(partition, error)
                continue
            for segment in removed:
                logger.info(
                    "segment deleted topic=%s partition=%d base_offset=%d reason=%s",
                    partition.topic,
                    partition.index,
                    segment.base_offset,
                    segment.reason,
                )
        if not self._is_busy("deletions"):  # what is due is taken, so it must be carried out
            deletions = self._broker.log_manager.due_deletions(now_ms)
            if deletions.files_to_unlink or deletions.folders:
                self._in_thread("deletions", deletions.run)

    def follow_configs(self) -> None:
        """The broker's configs may have changed: those of compaction count at once."""
        configs = _cleaner_configs(self._broker.config)
        if configs != self._cleaner_configs:
            self._cleaner_configs = configs
            self._timers["compaction"].cancel()
            self._compact()

    def _compact_later(self) -> None:
        clock = self._broker.clock
        delay_ms = max(self._broker.config.log_cleaner_backoff_ms, _SHORTEST_BACKOFF_MS)
        self._timers["compaction"] = clock.call_at(
            clock.monotonic() + delay_ms / 1000, self._compact
        )

    def _compact(self) -> None:
        if self._stopped:
            return
        self._compact_later()
        try:
            if self._cleaner is None:
                if not any(map(_is_compacted, self._broker.log_manager.logs.values())):
                    return
                from wirekafka.log_cleaner import LogCleaner

                self._cleaner = LogCleaner(self._broker)
                self._broker.log_moves.is_cleaning = self._cleaner.is_cleaning
            self._cleaner.clean_what_is_due()
        except Exception:
            logger.exception("housekeeping job failed job=compaction")

    def _checkpoint(self) -> None:
        if self._is_busy("checkpoints"):
            return
        partitions = self._broker.partitions

        def high_watermark(log: Log) -> int:
            partition = partitions.get(log.topic, log.partition)
            return partition.high_watermark if partition is not None else log.log_end_offset

        writes = self._broker.log_manager.pending_checkpoint(high_watermark)
        failed: list[tuple[str, OSError]] = []

        def write() -> None:
            for checkpoint in writes:
                try:
                    checkpoint.run()
                except OSError as error:
                    failed.append((checkpoint.path, error))

        def written() -> None:
            for path, error in failed:
                partitions.directory_failed(path, f"writing checkpoints failed: {error}")

        self._in_thread("checkpoints", write, written)

    def _flush_sealed(self) -> None:
        if self._is_busy("flushes"):
            return
        flushes = list(self._broker.log_manager.pending_flushes())
        failed: dict[Log, OSError] = {}

        def sync() -> None:
            for log, flush in flushes:
                try:
                    flush.run()
                except OSError as error:
                    failed[log] = error

        def synced() -> None:
            logs = self._broker.log_manager.logs
            for log, flush in flushes:
                if logs.get((log.topic, log.partition)) is not log:
                    continue  # deleted meanwhile, so its files may have been missing
                if log in failed:
                    self._flush_failed(log, failed[log])
                else:
                    log.flushed(flush)

        if flushes:
            self._in_thread("flushes", sync, synced)

    def _flush_old(self) -> None:
        """flush.ms: sync the logs that were not synced for that long."""
        topics = self._broker.partitions.by_id.values()
        if all(topic.configs.log.flush_ms == NEVER for topic in topics):
            self._unsynced_since.clear()
            return
        now = self._broker.clock.monotonic()
        unsynced_since: dict[Log, float] = {}
        for log in list(self._broker.log_manager.logs.values()):
            if log.recovery_point >= log.log_end_offset:
                continue
            since = self._unsynced_since.get(log, now)
            if (now - since) * 1000 < log.config.flush_ms:
                unsynced_since[log] = since
                continue
            try:
                log.flush()
            except StorageError as error:
                self._flush_failed(log, error.cause)
        self._unsynced_since = unsynced_since

    def _flush_failed(self, log: Log, error: OSError) -> None:
        # Never try again: the kernel may have dropped what it could not write.
        self._broker.partitions.directory_failed(
            log.parent, f"syncing {log.folder} failed: {error.strerror or error}"
        )

    def _expire_producers(self) -> None:
        self._broker.log_manager.expire_producers(self._broker.clock.now_ms())

    # -- worker thread --------------------------------------------------------------------------

    def _is_busy(self, name: str) -> bool:
        task = self._background.get(name)
        return task is not None and not task.done()

    def _in_thread(
        self, name: str, work: Callable[[], object], then: Callable[[], None] | None = None
    ) -> None:
        """Run `work` in a worker thread, `then` on the loop afterwards."""

        async def run() -> None:
            try:
                async with self._disk:
                    await asyncio.get_running_loop().run_in_executor(None, work)
                if then is not None:
                    then()
            except Exception:
                logger.exception("background disk work failed job=%s", name)

        self._background[name] = asyncio.create_task(run(), name=f"housekeeping {name}")


def _is_under_way(task: asyncio.Task[None]) -> bool:
    return not task.done()


def _is_compacted(log: Log) -> bool:
    """Whether there is anything in the log that compaction could look at."""
    return len(log.segments) > 1 and "compact" in log.config.cleanup_policy


def _cleaner_configs(config: BrokerConfig) -> tuple[object, ...]:
    """What, when it changes, makes Kafka start its cleaner threads anew."""
    return (
        config.log_cleaner_backoff_ms,
        config.log_cleaner_dedupe_buffer_size,
        config.log_cleaner_io_buffer_load_factor,
        config.log_cleaner_io_buffer_size,
        config.log_cleaner_io_max_bytes_per_second,
        config.log_cleaner_threads,
    )


def _checkpoint_interval_ms(config: BrokerConfig) -> int:
    """One job writes recovery points and log start offsets, as often as the more eager wants."""
    intervals = (
        config.log_flush_offset_checkpoint_interval_ms,
        config.log_flush_start_offset_checkpoint_interval_ms,
    )
    return min(filter(None, intervals), default=0)
