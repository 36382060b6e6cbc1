"""The flight recorder: a tape for each connection, within a bound for all of them.

When one connection has too much it loses its own oldest wake-ups. When all of them together have,
those of connections that are gone go first, the longest gone before the others; then whoever has
more than its share loses what is oldest. So a busy client never pushes out what a quiet one said,
which is mostly what one wants to know, and who comes late has as much room as the others.

Large requests have a room of their own, which the brokers of a process share (`large.py`).

Whatever happens, the beginning of its newest wake-up is kept of each open connection. A crowd for
which the room does not suffice even so gets more, as long as it is there: below 1 KB for each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from wirekafka.observe.large import LargeRequests
from wirekafka.observe.tape import LEAST_BYTES, TAPE_BYTES, WAKE_UP_COST, Room, Tape

TOTAL_BYTES = 8 * 1024 * 1024
"""Of all tapes: a few thousand requests of each of some clients, beside a broker of 60 MB."""

_AFTERWARDS_BYTES = TAPE_BYTES * 7 // 8
"""Left on a full tape, so that the next wake-ups need not make room."""

SIBLING_BYTES = TOTAL_BYTES // 8
"""Of a broker beside another one, of which there may be hundreds in the process."""

_LEAST_COST = WAKE_UP_COST + 2 * LEAST_BYTES

CLOSED_TAPES = 256
"""Tapes kept of connections that are gone: many tools connect for one question."""


class Recorder:
    """All tapes of one broker. `monotonic` is its time, in seconds."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        now_ms: Callable[[], int],
        *,
        total_bytes: int = TOTAL_BYTES,
    ) -> None:
        self.monotonic = monotonic
        self._now_ms = now_ms
        self._total_bytes = total_bytes
        self._room = Room(total_bytes, self._make_way)
        self._opened = 0
        self._live: dict[int, Tape] = {}
        self._gone: deque[Tape] = deque()
        self.lost_connections = 0
        """Of which nothing is kept any more."""
        self.alarm: Callable[[], None] = _nobody_listens
        """Called when something was noted that may have to be told to people."""

    def open(self, peer: Any, local: tuple[str, int], client_port: int) -> Tape:
        """A tape for a new connection, which was reached at the address `local`."""
        self._opened += 1
        tape = Tape(self._opened, self._room, self.monotonic, peer, local)
        tape.client_port = client_port
        self._live[tape.number] = tape
        return tape

    def close(self, tape: Tape) -> None:
        """The connection is gone; what it said stays for a while."""
        tape.lost()
        del self._live[tape.number]
        if self._room.limit > self._total_bytes:
            self._room.limit = self._limit()
        if not tape.served and not tape.stranger:
            return  # a health check that only connects
        if tape.stranger:
            self.alarm()
        self._gone.append(tape)
        if len(self._gone) > CLOSED_TAPES:
            self._lose_one()

    def tapes(self) -> Iterator[Tape]:
        """All that is kept, in the order in which the connections came."""
        yield from sorted([*self._gone, *self._live.values()], key=lambda tape: tape.number)

    def forget(self) -> None:
        """Begin anew: clear live tapes, drop the others."""
        for tape in self._live.values():
            tape.clear()
        while self._gone:
            self._gone.popleft().clear()
        self.lost_connections = 0

    def limit(self, total_bytes: int) -> None:
        """From now on keep no more than that."""
        self._total_bytes = total_bytes
        self._room.limit = self._limit()

    @property
    def large(self) -> LargeRequests | None:
        """The room of large requests, None while they are cut."""
        return self._room.large

    def keep_large(self, room: LargeRequests | None) -> None:
        """From now on keep large requests whole, as long as there is room; None to cut them."""
        self._room.large = room

    def stop(self) -> None:
        """Give back what others could use."""
        self.forget()
        self._room.large = None

    @property
    def used_bytes(self) -> int:
        """What is kept, in bytes."""
        return self._room.used

    def unix_ms(self, when: float) -> int:
        """A time of a tape as Unix milliseconds."""
        return self._now_ms() - round((self.monotonic() - when) * 1000)

    def _make_way(self, writer: Tape) -> None:
        if writer.used > TAPE_BYTES:
            writer.drop_oldest(_AFTERWARDS_BYTES)
        room = self._room
        while room.used > room.limit and self._gone:
            self._lose_one()
        if room.used > room.limit:
            self._level()

    def _level(self) -> None:
        """Leave each open connection its share of three quarters, so that this is done once for
        as many bytes as a quarter has."""
        room = self._room
        room.limit = self._limit()
        share = room.limit * 3 // 4 // max(len(self._live), 1)
        for tape in self._live.values():
            if tape.used > share:
                tape.shrink(share)

    def _limit(self) -> int:
        return max(self._total_bytes, 4 * _LEAST_COST * len(self._live) // 3)

    def _lose_one(self) -> None:
        self._gone.popleft().clear()
        self.lost_connections += 1


def _nobody_listens() -> None:
    pass
