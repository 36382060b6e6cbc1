"""The broker's clock: the machine's, until somebody steers it.

    freeze    the time stands still; requests are served as ever, only nothing falls due
    advance   the time moves on at once, frozen or not, and all that falls due on the way is done
    resume    the time runs on from where it stands
    restore   the machine's time again, for a broker that begins anew

Everything that the broker does by time follows: sessions, rebalances, transactions, retention, log
roll, append times, expiry of producers and offsets, idle connections, quotas. What a client waits
for in its own time does not (`steady`): a long poll ends while the time stands still.

Until it is used it costs nothing: the readings are those of the system clock, taken by the same
calls, and a timer is a timer of the loop that is also noted in a set. Steering takes the timers
from the loop and arms them again where the other time wants them.

Steered time never goes back: nothing that was once due is ever due again. Only `restore` sets the
wall time back, and with it nothing falls due twice either, because timers are in `monotonic()`.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable

from wirekafka.clock import Clock, SystemClock, TimerHandle, loop_time

MOST_STOPS = 2_000
"""An advance stops at each moment at which something falls due, but no more often than this: a
week has 600,000 times the same job. What falls due between two stops is done at the second."""

_FEW = 64
"""Timers that were taken back are not searched for among this many."""

_ROUNDS_PER_STOP = 3
"""Turns of the loop after each stop: a timer's work may be handed on from callback to callback."""


class SteerableClock:
    """See the module. Made on the loop on which it runs.

    It `stands` while it is frozen, and for the moment of an advance: then no timer is armed, and
    `_due` has all of them in order, besides some that are taken back.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = loop or asyncio.get_running_loop()
        self._system = SystemClock(self._loop)
        self._read_ns: Callable[[], int] = time.time_ns
        self._read_seconds: Callable[[], float] = loop_time(self._loop)
        self._timers: set[_Timer] = set()
        self._due: list[_Timer] = []
        self._numbers = itertools.count()
        self._is_frozen = False
        self._stands = False
        self._advancing = asyncio.Lock()

    # -- the port -------------------------------------------------------------------------------

    def now_ms(self) -> int:
        return self._read_ns() // 1_000_000

    def monotonic(self) -> float:
        return self._read_seconds()

    def call_at(self, when: float, callback: Callable[[], None]) -> TimerHandle:
        timer = _Timer(self._timers, when, next(self._numbers), callback)
        self._timers.add(timer)
        if self._stands:
            self._keep(timer)
        else:
            self._arm(timer)
        return timer

    @property
    def steady(self) -> Clock:
        return self._system

    # -- steering -------------------------------------------------------------------------------

    @property
    def is_frozen(self) -> bool:
        """Whether the time stands still."""
        return self._is_frozen

    @property
    def offset_ms(self) -> int:
        """How far this time is ahead of the machine's; it falls back while the time is frozen."""
        return round((self._read_ns() - time.time_ns()) / 1_000_000)

    @property
    def timers(self) -> int:
        """How many calls are to come."""
        return len(self._timers)

    def freeze(self) -> None:
        """Let the time stand still. Again: nothing."""
        self._is_frozen = True
        if not self._stands:
            self._stand()

    def resume(self) -> None:
        """Let the time run on. When it runs: nothing."""
        self._is_frozen = False
        if self._stands and not self._advancing.locked():
            self._run()

    async def restore(self) -> None:
        """Let the time run and be the machine's, behind an advance that is under way."""
        async with self._advancing:
            self._is_frozen = False
            if self._stands:
                self._run()
            self._read_ns = time.time_ns

    async def advance(self, ms: int, catch_up: Callable[[], Awaitable[None]]) -> None:
        """Move on by `ms`, 0 or more, and do what falls due, in order.

        At the end `catch_up` does what is due by then without a timer, and waits for work under
        way. A second advance is made after the first. What the advance itself takes passes as
        well, if the time was running: it is ahead of the machine's by exactly `ms` more.
        """
        assert ms >= 0
        async with self._advancing:
            ran, began_ns, began = not self._stands, time.time_ns(), self._loop.time()
            if ran:
                self._stand()
            end_ns = self._read_ns() + ms * 1_000_000
            end = self._read_seconds() + ms / 1000
            shortest = ms / 1000 / MOST_STOPS
            try:
                while True:
                    now = self._read_seconds()
                    stop = max(self._next_due(end), now + shortest)
                    if stop >= end:
                        break
                    self._stand_at(self._read_ns() + round((stop - now) * 1e9), stop)
                    await self._fire()
                self._stand_at(end_ns, end)
                await self._fire()
                await catch_up()
            finally:
                if not self._is_frozen:
                    if ran:
                        self._pass(time.time_ns() - began_ns, self._loop.time() - began)
                    self._run()

    def _stand(self) -> None:
        self._stands = True
        self._stand_at(self._read_ns(), self._read_seconds())
        for timer in self._timers:
            timer.disarm()
        self._due = []
        for timer in sorted(self._timers):
            self._keep(timer)

    def _stand_at(self, now_ns: int, seconds: float) -> None:
        self._read_ns = lambda: now_ns
        self._read_seconds = lambda: seconds

    def _pass(self, ns: int, seconds: float) -> None:
        # The machine's wall clock may have been set back meanwhile; this one never is.
        self._stand_at(self._read_ns() + max(ns, 0), self._read_seconds() + seconds)

    def _run(self) -> None:
        ahead_ns = self._read_ns() - time.time_ns()
        read_loop = self._loop.time
        ahead = self._read_seconds() - read_loop()
        self._read_ns = lambda: time.time_ns() + ahead_ns
        self._read_seconds = lambda: read_loop() + ahead
        self._stands = False
        self._due = []
        for timer in sorted(self._timers):
            timer.disarm()
            self._arm(timer)

    async def _fire(self) -> None:
        """Do what is due, and give what that began the time to end."""
        now = self._read_seconds()
        while self._due and self._due[0].when <= now:
            timer = heapq.heappop(self._due)
            try:
                timer.fire()
            except Exception as error:  # as a callback of the loop: the others go on
                self._loop.call_exception_handler({"message": "a timer failed", "exception": error})
        for _ in range(_ROUNDS_PER_STOP):
            await asyncio.sleep(0)

    # -- timers ---------------------------------------------------------------------------------

    def _arm(self, timer: _Timer) -> None:
        timer.handle = self._loop.call_later(timer.when - self._read_seconds(), timer.fire)

    def _keep(self, timer: _Timer) -> None:
        """Note a timer while the time stands; what is due already is done even so."""
        if timer.when <= self._read_seconds():
            timer.handle = self._loop.call_soon(timer.fire)
        if len(self._due) > 2 * len(self._timers) + _FEW:
            self._due = sorted(self._timers)
        else:
            heapq.heappush(self._due, timer)

    def _next_due(self, end: float) -> float:
        """When the next timer is due, or `end`."""
        while self._due and self._due[0] not in self._timers:
            heapq.heappop(self._due)
        return self._due[0].when if self._due else end


class _Timer:
    """One call to come; it is in `timers` until it is made or taken back."""

    __slots__ = ("callback", "handle", "number", "timers", "when")

    def __init__(
        self, timers: set[_Timer], when: float, number: int, callback: Callable[[], None]
    ) -> None:
        self.timers = timers
        self.when = when
        self.number = number
        self.callback = callback
        self.handle: asyncio.Handle | None = None

    def __lt__(self, other: _Timer) -> bool:
        return (self.when, self.number) < (other.when, other.number)

    def fire(self) -> None:
        if self in self.timers:  # not taken back by one that was due before
            self.cancel()
            self.callback()

    def cancel(self) -> None:
        self.timers.discard(self)
        self.disarm()

    def disarm(self) -> None:
        if self.handle is not None:
            self.handle.cancel()
            self.handle = None
