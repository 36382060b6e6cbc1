"""What the broker does by itself, at intervals: retention, checkpoints, flushes, expiry.

Every job is a short function on the broker's loop, called by the Clock. What may block for long
(fsync of sealed segments, unlink of deleted ones) runs in a worker thread, one such batch at a
time. A job that fails is logged and runs again next time; a disk that fails takes its directory
offline.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from wirekafka_storage.errors import StorageError
from wirekafka_storage.log import Log

from wirekafka.clock import TimerHandle

if TYPE_CHECKING:
    from wirekafka.broker import Broker

logger = logging.getLogger("wirekafka.housekeeping")

_SEALED_FLUSH_INTERVAL_MS = 5_000
"""Sealed segments are synced this often; a crash has that much more to check at the next start."""


class Housekeeping:
    """The recurring jobs of one broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._timers: dict[str, TimerHandle] = {}
        self._background: asyncio.Task[None] | None = None
        self._stopped = False
        self._unsynced_since: dict[Log, float] = {}

    def start(self) -> None:
        """Arm all jobs."""
        config = self._broker.config
        delay_ms = config.log_initial_task_delay_ms
        self._every("retention", config.log_retention_check_interval_ms, self._retain, delay_ms)
        self._every(
            "recovery points",
            config.log_flush_offset_checkpoint_interval_ms,
            self._checkpoint,
            delay_ms,
        )
        self._every("sealed segments", _SEALED_FLUSH_INTERVAL_MS, self._flush_sealed, delay_ms)
        self._every(
            "producer ids",
            config.producer_id_expiration_check_interval_ms,
            self._expire_producers,
            delay_ms,
        )
        if config.log_flush_scheduler_interval_ms < 2**62:
            self._every("flush.ms", config.log_flush_scheduler_interval_ms, self._flush_old, 0)

    async def stop(self) -> None:
        """Disarm all jobs and wait for the one in the worker thread."""
        self._stopped = True
        for timer in self._timers.values():
            timer.cancel()
        if self._background is not None:
            await asyncio.wait({self._background})

    def _every(
        self, name: str, interval_ms: int, job: Callable[[], None], first_delay_ms: int
    ) -> None:
        clock = self._broker.clock

        def run() -> None:
            if self._stopped:
                return
            self._timers[name] = clock.call_at(clock.monotonic() + interval_ms / 1000, run)
            try:
                job()
            except Exception:
                logger.exception("housekeeping job failed job=%s", name)

        first_ms = max(first_delay_ms, 0) + interval_ms
        self._timers[name] = clock.call_at(clock.monotonic() + first_ms / 1000, run)

    # -- jobs -----------------------------------------------------------------------------------

    def _retain(self) -> None:
        now_ms = self._broker.clock.now_ms()
        for partition in list(self._broker.partitions):
            if partition.offline or not partition.log.segments:
                continue
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
        self._in_thread(self._broker.log_manager.due_deletions(now_ms).run)

    def _checkpoint(self) -> None:
        partitions = self._broker.partitions

        def high_watermark(log: Log) -> int:
            partition = partitions.get(log.topic, log.partition)
            return partition.high_watermark if partition is not None else log.log_end_offset

        writes = self._broker.log_manager.pending_checkpoint(high_watermark)

        def write() -> None:
            for checkpoint in writes:
                checkpoint.run()

        self._in_thread(write)

    def _flush_sealed(self) -> None:
        flushes = list(self._broker.log_manager.pending_flushes())
        if not flushes:
            return

        def sync() -> None:
            for _, flush in flushes:
                flush.run()

        def synced() -> None:
            for log, flush in flushes:
                log.flushed(flush)

        self._in_thread(sync, synced)

    def _flush_old(self) -> None:
        """flush.ms: sync the logs that were not synced for that long."""
        now = self._broker.clock.monotonic()
        for log in self._broker.log_manager.logs.values():
            if log.recovery_point < log.log_end_offset:
                since = self._unsynced_since.setdefault(log, now)
                if (now - since) * 1000 >= log.config.flush_ms:
                    log.flush()
                    del self._unsynced_since[log]
            else:
                self._unsynced_since.pop(log, None)

    def _expire_producers(self) -> None:
        self._broker.log_manager.expire_producers(self._broker.clock.now_ms())

    def _in_thread(
        self, work: Callable[[], object], then: Callable[[], None] | None = None
    ) -> None:
        """Run `work` in a worker thread unless one is running; `then` on the loop afterwards."""
        if self._background is not None and not self._background.done():
            return

        async def run() -> None:
            try:
                await asyncio.get_running_loop().run_in_executor(None, work)
                if then is not None:
                    then()
            except OSError as error:
                logger.error("background disk work failed error=%s", error)

        self._background = asyncio.create_task(run())
