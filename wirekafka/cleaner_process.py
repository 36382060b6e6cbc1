"""The process that compacts: jobs come in as lines of JSON, what became of them goes out as such.

    in    {a CompactionJob}
    out   {"group": [a CleanedGroup]} for every group, then
          {"done": [a CompactionResult]}, or {"failed": "corrupt", "disk" or "bug", "text": "…"}

It runs with the lowest claim to the processor and ends at once when its input ends, which is when
the broker dies, however it does. Whatever it leaves then is a `.cleaned` file that nobody uses.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import queue
import signal
import sys
import threading
import time
import traceback
from typing import Any

from wirekafka_storage.compaction.job import CleanedGroup, CompactionJob
from wirekafka_storage.compaction.run import compact
from wirekafka_storage.errors import CorruptFile
from wirekafka_storage.files import Disk

_NICENESS = 10
LONGEST_SLEEP_S = 86_400.0
"""For a rate of nothing; more than 292 years are an error in Python."""

_SHORTEST_SLEEP_S = 0.05
"""log.cleaner.io.max.bytes.per.second is kept on average, not for every millisecond."""


class Throttle:
    """Sleeps when more bytes went through than may have by now."""

    def __init__(self, bytes_per_second: float) -> None:
        self._bytes_per_second = bytes_per_second
        self._began = time.monotonic()
        self._total = 0

    def __call__(self, size: int) -> None:
        self._total += size
        elapsed_s = time.monotonic() - self._began
        seconds = ahead_s(self._total, self._bytes_per_second, elapsed_s=elapsed_s)
        if seconds > _SHORTEST_SLEEP_S:
            time.sleep(seconds)


def ahead_s(total: int, bytes_per_second: float, *, elapsed_s: float) -> float:
    """How much too early `total` bytes have gone through, as far as a process can sleep."""
    if bytes_per_second < 0 or math.isnan(bytes_per_second):
        return 0.0
    due_s = total / bytes_per_second if bytes_per_second else math.inf
    return min(max(due_s - elapsed_s, 0.0), LONGEST_SLEEP_S)


def main() -> None:
    """Work until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the broker, which then stops us
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    gc.disable()  # millions of keys, and no cycles
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(jobs,), daemon=True).start()
    while True:
        _work(CompactionJob.from_json(jobs.get()))
        gc.collect()


def _read(jobs: queue.SimpleQueue[bytes]) -> None:
    with contextlib.suppress(OSError):
        for line in sys.stdin.buffer:
            jobs.put(line)
    os._exit(0)


def _work(job: CompactionJob) -> None:
    def on_group(group: CleanedGroup) -> None:
        _say({"group": group})

    try:
        result = compact(job, Disk(), on_group, Throttle(job.max_bytes_per_second))
    except CorruptFile as error:
        _say({"failed": "corrupt", "text": str(error)})
    except OSError as error:
        _say({"failed": "disk", "text": str(error)})
    except Exception:
        _say({"failed": "bug", "text": traceback.format_exc()})
    else:
        _say({"done": result})


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
