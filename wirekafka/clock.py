"""The Clock port: the only way by which the broker learns the time or asks to be called later.

`SystemClock` is the one place that reads a clock. `steerable_clock.py` has the one that users
steer, which is this one until they do. `ManualClock` stands still until it is advanced, for tests.

Two times exist. `now_ms()` is wall time (Unix milliseconds), what records and checkpoints carry.
`monotonic()` is seconds that never go back, what deadlines are made of.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from typing import Protocol


class TimerHandle(Protocol):
    """A call that was asked for and may be taken back."""

    def cancel(self) -> None:
        """Take the call back; after it ran, this does nothing."""


class Clock(Protocol):
    """Time as an argument."""

    def now_ms(self) -> int:
        """Wall time in Unix milliseconds."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""

    def call_at(self, when: float, callback: Callable[[], None]) -> TimerHandle:
        """Call `callback` once, on the broker's loop, when `monotonic()` reaches `when`."""

    @property
    def steady(self) -> Clock:
        """The clock that nobody steers: for what a client waits for in its own time (a long poll),
        and for pauses that are over when the machine is ready again."""


def loop_time(loop: asyncio.AbstractEventLoop) -> Callable[[], float]:
    """`loop.time`, or the clock itself if the loop only passes it on: each read asks for it."""
    return time.monotonic if type(loop).time is asyncio.BaseEventLoop.time else loop.time


class SystemClock:
    """The clock of the machine, timers on the running asyncio loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = loop or asyncio.get_running_loop()

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return self._loop.time()

    def call_at(self, when: float, callback: Callable[[], None]) -> TimerHandle:
        return self._loop.call_at(when, callback)

    @property
    def steady(self) -> Clock:
        return self


class ManualClock:
    """A clock that moves only by `advance()`, which runs the calls that fall due, in order."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self._start_ms = now_ms
        self._elapsed_ms = 0
        self._order = itertools.count()
        self._calls: list[tuple[float, int, _ManualTimer]] = []

    def now_ms(self) -> int:
        return self._start_ms + self._elapsed_ms

    def monotonic(self) -> float:
        return self._elapsed_ms / 1000

    def call_at(self, when: float, callback: Callable[[], None]) -> TimerHandle:
        timer = _ManualTimer(callback)
        heapq.heappush(self._calls, (when, next(self._order), timer))
        return timer

    @property
    def steady(self) -> Clock:
        return self

    def advance(self, ms: int) -> None:
        """Move time on by `ms`, stopping at each call that falls due on the way."""
        target_ms = self._elapsed_ms + ms
        while self._calls and self._calls[0][0] <= target_ms / 1000:
            when, _, timer = heapq.heappop(self._calls)
            self._elapsed_ms = max(self._elapsed_ms, round(when * 1000))
            if timer.callback is not None:
                timer.callback()
        self._elapsed_ms = target_ms


def time_limit(clock: Clock, seconds: float) -> Callable[[], float]:
    """What says how many seconds are left of a limit that begins now."""
    end = clock.monotonic() + seconds
    return lambda: end - clock.monotonic()


class _ManualTimer:
    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None
