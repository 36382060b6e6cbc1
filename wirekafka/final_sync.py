"""The syncs of a clean stop: many logs at a time, in a thread beside the loop."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from wirekafka_storage.log import Log
from wirekafka_storage.log_files import Flush
from wirekafka_storage.log_manager import LogManager

_SYNC_THREADS = 32
"""Syncs under way at once. They wait for the disk, not for the processor."""


def sync_logs(log_manager: LogManager) -> None:
    """Sync what was written to any log; a failure is found again by `LogManager.close`."""
    flushes = list(log_manager.final_flushes())
    with ThreadPoolExecutor(_SYNC_THREADS) as pool:
        for (log, flush), synced in zip(flushes, pool.map(_run, flushes), strict=True):
            if synced:
                log.flushed(flush)


def _run(item: tuple[Log, Flush]) -> bool:
    try:
        item[1].run()
    except OSError:
        return False
    return True
