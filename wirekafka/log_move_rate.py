"""How fast replicas may move between log directories: one bucket of bytes for all moves.

It holds at most what a second allows, and fills as time passes. Who wants to copy takes a grant
from it, small enough that even a slow move goes steadily, and gives back what it did not copy.
Without a limit a grant is a whole piece at once. With a limit of 0 nothing moves.

Invariant: in t seconds no more is copied than rate x (t + 1), and one grant for each move at work.

Source: replica.alter.log.dirs.io.max.bytes.per.second (KIP-113). Kafka measures over eleven
windows of a second (`ReplicationQuotaManager`), so it may copy eleven seconds' bytes at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from wirekafka_storage.log_move import PIECE_BYTES

from wirekafka.clock import Clock

_GRANTS_PER_SECOND = 4
_LONGEST_WAIT_S = 1.0
"""After that somebody who waits looks around: the move may not be wanted any more."""


class LogMoveRate:
    """`limit` is the bytes per second that are allowed now; None: no limit."""

    def __init__(self, clock: Clock, limit: Callable[[], int | None]) -> None:
        self._clock = clock
        self._limit = limit
        self._filled_for: int | None = None
        self._balance = 0.0
        self._filled_at = clock.monotonic()
        self._waiting: set[asyncio.Future[None]] = set()

    async def take(self) -> int:
        """Bytes that the caller may copy now; 0 when there are none, after having waited."""
        limit = self._limit()
        if limit is None:
            return PIECE_BYTES
        self._fill(limit)
        grant = min(PIECE_BYTES, max(limit // _GRANTS_PER_SECOND, 1))
        if self._balance >= grant:
            self._balance -= grant
            return grant
        wait_s = (grant - self._balance) / limit if limit else _LONGEST_WAIT_S
        await self._sleep(min(wait_s, _LONGEST_WAIT_S))
        return 0

    def give_back(self, count: int) -> None:
        """So much of a grant was not copied; a negative number: more than it was."""
        self._balance += count

    def follow_limit(self) -> None:
        """The limit may be another one: who waits asks again."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    def _fill(self, limit: int) -> None:
        now = self._clock.monotonic()
        if limit != self._filled_for:
            # A new limit is a new bucket: what an old one still owed must not stop the moves.
            self._filled_for = limit
            self._balance = float(limit)
        else:
            filled = self._balance + (now - self._filled_at) * limit
            self._balance = min(filled, float(limit))
        self._filled_at = now

    async def _sleep(self, seconds: float) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not waiting.done():
                waiting.set_result(None)

        timer = self._clock.call_at(self._clock.monotonic() + seconds, wake)
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            timer.cancel()
            self._waiting.discard(waiting)
