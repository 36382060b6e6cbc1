"""Where the broker computes what would hold its loop for milliseconds: in a few threads.

Only work that mostly lets go of the interpreter belongs there, as the codecs do for all but tiny
inputs. A thread that computes in Python makes the loop wait for its turn after each system call;
the command line shortens these turns (cli/serve.py), and what is Python for seconds goes to a
process of its own (compactor.py).

The work must not touch what the loop owns: it gets bytes and values, and what it returns is
delivered on the loop. Who asks bounds the queue; a connection has one request under way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Protocol, TypeVar

_THREADS = 2
"""One core stays with the loop; more threads would only queue for the interpreter."""

Result = TypeVar("Result")


class Workers(Protocol):
    """Does one piece of work after the other, beside the loop."""

    def run(self, work: Callable[[], Result], done: Callable[[Result | Exception], None]) -> None:
        """Do `work`, then call `done` on the loop with what it returned or raised."""

    def close(self) -> None:
        """Wait for what is under way. Nothing is delivered afterwards."""


class ThreadWorkers:
    """Threads, started for the first work.

    A bare queue in one direction and the loop's own in the other: the futures of an executor would
    cost another 30 µs per piece of work.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._closed = False

    def run(self, work: Callable[[], Result], done: Callable[[Result | Exception], None]) -> None:
        if self._closed:
            return
        if not self._threads:
            self._threads = [
                Thread(target=self._work, name=f"worker_{number}", daemon=True)
                for number in range(_THREADS)
            ]
            for thread in self._threads:
                thread.start()
        loop = asyncio.get_running_loop()

        def piece() -> None:
            result = _outcome(work)
            loop.call_soon_threadsafe(self._deliver, done, result)

        self._queue.put(piece)

    def close(self) -> None:
        self._closed = True
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _work(self) -> None:
        while (piece := self._queue.get()) is not None:
            if not self._closed:
                piece()

    def _deliver(
        self, done: Callable[[Result | Exception], None], result: Result | Exception
    ) -> None:
        if not self._closed:
            done(result)


class InlineWorkers:
    """On the loop, at once: for tests that must not depend on threads."""

    def run(self, work: Callable[[], Result], done: Callable[[Result | Exception], None]) -> None:
        done(_outcome(work))

    def close(self) -> None:
        pass


def _outcome(work: Callable[[], Result]) -> Result | Exception:
    """What the work returned or raised."""
    try:
        return work()
    except Exception as error:
        return error
