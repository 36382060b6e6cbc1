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
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
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
    """Threads, started for the first work."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False

    def run(self, work: Callable[[], Result], done: Callable[[Result | Exception], None]) -> None:
        if self._closed:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="worker")
        deliver = partial(self._deliver, done)
        loop = asyncio.get_running_loop()
        future = self._pool.submit(work)
        future.add_done_callback(lambda done: loop.call_soon_threadsafe(deliver, done))

    def close(self) -> None:
        self._closed = True
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _deliver(self, done: Callable[[Result | Exception], None], future: Future[Result]) -> None:
        if self._closed:
            return
        error = future.exception()
        if isinstance(error, Exception):
            done(error)
        else:
            done(future.result())


class InlineWorkers:
    """On the loop, at once: for tests that must not depend on threads."""

    def run(self, work: Callable[[], Result], done: Callable[[Result | Exception], None]) -> None:
        try:
            result: Result | Exception = work()
        except Exception as error:
            result = error
        done(result)

    def close(self) -> None:
        pass
